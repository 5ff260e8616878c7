namespace Workflow.Data.Tables.Csv;

/// <summary>A row has more bytes than allowed. Internal to the parser: the table adds the file and the line.</summary>
internal sealed class RowTooLongException : Exception;
