namespace Workflow.Data.Tables.Parquet;

/// <summary>A Thrift structure goes on where the bytes at hand end: the reader of page headers may fetch more.</summary>
internal sealed class EndOfBytesException(int length) : Exception($"a structure goes on after {length} bytes");
