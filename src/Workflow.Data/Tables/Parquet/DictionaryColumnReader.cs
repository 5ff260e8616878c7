using System.Runtime.InteropServices;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Memory;

namespace Workflow.Data.Tables.Parquet;

/// <summary>Decodes a column of texts into indices and a dictionary, which is the file's own where it has one.</summary>
/// <remarks>Values of pages without dictionary encoding are added to the row group's dictionary.</remarks>
internal sealed class DictionaryColumnReader(ParquetColumn column, ChunkReader chunks) : BinaryColumnReader(column, chunks)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly ArrowBuffer.Builder<byte> _codes = new(0);
    private readonly List<string> _texts = [];
    private readonly Dictionary<string, int> _positions = new(StringComparer.Ordinal);
    private readonly List<int> _codeOfEntry = [];

    private bool _hasRepeats;

    private Span<int> Codes => MemoryMarshal.Cast<byte, int>(_codes.Span);

    public override void StartBatch(int rows)
    {
        base.StartBatch(rows);
        Reserve(_codes, checked(rows * sizeof(int)));
    }

    protected override void SetDictionary(int end, int count)
    {
        base.SetDictionary(end, count);
        _texts.Clear();
        _positions.Clear();
        _codeOfEntry.Clear();
        for (var i = 0; i < Entries.Count; i++)
        {
            // A hostile or careless writer may repeat a value: equal texts get one code.
            _codeOfEntry.Add(Intern(Entries[i]));
        }

        _hasRepeats = _texts.Count != Entries.Count;
    }

    protected override void DecodeValues(int count)
    {
        var codes = Codes.Slice(Rows, count);
        if (IsDictionaryEncoded)
        {
            ReadIndices(codes);
            DictionaryGather.Check(codes, Entries.Count);
            if (_hasRepeats)
            {
                foreach (ref var code in codes)
                {
                    code = _codeOfEntry[code];
                }
            }

            return;
        }

        var start = Values.Length;
        base.DecodeValues(count);
        for (var i = 0; i < count; i++)
        {
            var end = Offsets[Rows + 1 + i];
            codes[i] = Intern(Values[start..end]);
            start = end;
        }
    }

    protected override void Spread(ReadOnlySpan<byte> validity, int values, int rows)
    {
        var codes = Codes.Slice(Rows, rows);
        for (var row = rows - 1; row >= 0; row--)
        {
            codes[row] = Bits.Get(validity, Rows + row) ? codes[--values] : 0;
        }
    }

    protected override void AddBuffers(List<ArrowBuffer> buffers, MemoryAllocator allocator) => buffers.Add(Build(_codes, Rows * sizeof(int), allocator));

    protected override ArrayData BuildDictionary(MemoryAllocator allocator)
    {
        var builder = new StringArray.Builder();
        builder.AppendRange(_texts);
        using var managed = builder.Build();
        return managed.Data.Clone(allocator);
    }

    protected override void OnRowGroup()
    {
        _texts.Clear();
        _positions.Clear();
        _codeOfEntry.Clear();
    }

    private int Intern(ReadOnlySpan<byte> value)
    {
        string text;
        try
        {
            text = Strict.GetString(value);
        }
        catch (DecoderFallbackException e)
        {
            throw new MalformedException("text in UTF-8", e.Message);
        }

        if (!_positions.TryGetValue(text, out var code))
        {
            code = _texts.Count;
            _positions.Add(text, code);
            _texts.Add(text);
        }

        return code;
    }
}
