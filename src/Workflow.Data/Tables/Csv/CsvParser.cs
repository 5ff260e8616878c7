namespace Workflow.Data.Tables.Csv;

/// <summary>Splits a stream of bytes into rows of fields by RFC 4180. Not thread-safe.</summary>
/// <remarks>Lines end in LF or CRLF. A quote inside a field that does not start with one is a character like any other.</remarks>
internal sealed class CsvParser(Stream stream, byte separator, int maximumRowBytes)
{
    private const byte Quote = (byte)'"';
    private readonly byte[] _input = new byte[1 << 16];
    private readonly List<int> _ends = [];
    private readonly List<bool> _quoted = [];
    private byte[] _row = new byte[1024];
    private int _length;
    private int _position;
    private int _end;
    private bool _isEnded;
    private State _state;
    private long _lineEnds;

    private enum State
    {
        FieldStart,
        Plain,
        Quoted,
        AfterQuote,
        Broken,
    }

    /// <summary>Gets the line that the current row starts at, from 1.</summary>
    public long Line { get; private set; }

    public int FieldCount => _ends.Count;

    /// <summary>Gets what is wrong with the row as a whole; null when it is well formed.</summary>
    public string? Problem { get; private set; }

    /// <summary>Gets whether the row is an empty line.</summary>
    public bool IsEmptyLine => FieldCount == 1 && _ends[0] == 0 && !_quoted[0];

    /// <summary>Gets a field's content without its quotes. Valid until the next row.</summary>
    public ReadOnlySpan<byte> Field(int index)
    {
        var start = index == 0 ? 0 : _ends[index - 1];
        return _row.AsSpan(start, _ends[index] - start);
    }

    public bool IsQuoted(int index) => _quoted[index];

    /// <summary>Reads the next row.</summary>
    /// <returns>False at the end of the file.</returns>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        _ends.Clear();
        _quoted.Clear();
        (_length, _state, Problem) = (0, State.FieldStart, null);
        Line = _lineEnds + 1;
        var isAny = false;
        while (true)
        {
            if (_position == _end)
            {
                if (!await FillAsync(cancellationToken).ConfigureAwait(false))
                {
                    return isAny && EndOfFile();
                }

                if (Line == 1 && !isAny && _input.AsSpan(0, _end).StartsWith("\uFEFF"u8))
                {
                    _position = 3;
                    continue;
                }
            }

            isAny = true;
            if (Consume())
            {
                return true;
            }
        }
    }

    /// <summary>Consumes input up to the end of the row or of the input.</summary>
    /// <returns>Whether the row is complete.</returns>
    private bool Consume()
    {
        while (_position < _end)
        {
            if (_state is State.Plain or State.Quoted)
            {
                CopyRun();
                if (_position == _end)
                {
                    return false;
                }
            }

            var next = _input[_position++];
            if (next == '\n')
            {
                _lineEnds++;
                if (_state != State.Quoted)
                {
                    EndRow();
                    return true;
                }
            }

            if (_length + _ends.Count >= maximumRowBytes)
            {
                throw new RowTooLongException();
            }

            Step(next);
        }

        return false;
    }

    // The bytes of a field that mean nothing are taken as a run.
    private void CopyRun()
    {
        var input = _input.AsSpan(_position, Math.Min(_end - _position, maximumRowBytes - _length));
        var run = _state == State.Quoted ? input.IndexOfAny(Quote, (byte)'\n') : input.IndexOfAny(separator, (byte)'\n');
        input = run < 0 ? input : input[..run];
        if (_row.Length < _length + input.Length + 1)
        {
            System.Array.Resize(ref _row, Math.Max(2 * _row.Length, _length + input.Length + 1));
        }

        input.CopyTo(_row.AsSpan(_length));
        _length += input.Length;
        _position += input.Length;
    }

    private void Step(byte next)
    {
        switch (_state)
        {
            case State.FieldStart when next == Quote:
                _quoted.Add(true);
                _state = State.Quoted;
                break;
            case State.FieldStart:
                _quoted.Add(false);
                _state = State.Plain;
                PlainStep(next);
                break;
            case State.Plain:
                PlainStep(next);
                break;
            case State.Quoted when next == Quote:
                _state = State.AfterQuote;
                break;
            case State.Quoted:
                Put(next);
                break;
            case State.AfterQuote when next == Quote:
                Put(next);
                _state = State.Quoted;
                break;
            case State.AfterQuote when next == separator:
                EndField();
                break;
            case State.AfterQuote when next == '\r':
                break;
            case State.AfterQuote:
                Problem = "a separator or the end of the line after a closing quote";
                _state = State.Broken;
                break;
            default:
                break;
        }
    }

    private void PlainStep(byte next)
    {
        if (next == separator)
        {
            EndField();
        }
        else
        {
            Put(next);
        }
    }

    private void Put(byte value)
    {
        if (_length == _row.Length)
        {
            System.Array.Resize(ref _row, 2 * _row.Length);
        }

        _row[_length++] = value;
    }

    private void EndField()
    {
        _ends.Add(_length);
        _state = State.FieldStart;
    }

    private void EndRow()
    {
        if (_state == State.FieldStart)
        {
            _quoted.Add(false);
        }

        if (_state == State.Plain && _length > 0 && _row[_length - 1] == '\r' && _length > (_ends.Count == 0 ? 0 : _ends[^1]))
        {
            _length--;
        }

        _ends.Add(_length);
    }

    private bool EndOfFile()
    {
        if (_state == State.Quoted)
        {
            Problem = "a closing quote before the end of the file";
        }

        EndRow();
        return true;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (!_isEnded)
        {
            (_position, _end) = (0, 0);

            // The byte order mark must arrive whole to be seen.
            _end = await stream.ReadAtLeastAsync(_input, 3, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            _isEnded = _end == 0;
        }

        return !_isEnded;
    }
}
