using System.Collections.Immutable;
using System.Text;
using Workflow.Data.Tables.Building;

namespace Workflow.Data.Tables.Csv;

/// <summary>One pass over the rows of a CSV file: fills the columns, and gathers the rows that do not fit. Not thread-safe.</summary>
internal sealed class CsvRows(CsvParser parser, string path, ImmutableArray<CsvColumn> columns, ImmutableArray<int> fieldOfColumn, int fieldCount)
{
    private const int MaximumValueCharacters = 100;
    private readonly ImmutableArray<BadRow>.Builder _bad = ImmutableArray.CreateBuilder<BadRow>();
    private long _badCount;

    public async ValueTask SkipHeaderAsync(CancellationToken cancellationToken) => await parser.ReadAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Reads rows into the columns.</summary>
    /// <returns>Whether there are any.</returns>
    /// <exception cref="BadRowsException">A row does not fit; the rest of the file has been checked too.</exception>
    public async ValueTask<bool> ReadAsync(int rows, CancellationToken cancellationToken)
    {
        var count = 0;
        try
        {
            while ((count < rows || _badCount > 0) && await parser.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (parser.IsEmptyLine && fieldCount > 1)
                {
                    continue;
                }

                if (FindProblem() is { } problem)
                {
                    Add(problem);
                }

                count++;
                if (_badCount > 0 && count >= rows)
                {
                    // Nothing of these rows will be given: only the check goes on.
                    Take([.. Enumerable.Range(0, columns.Length)]).ToList().ForEach(b => b.Clear());
                    count = 0;
                }
            }
        }
        catch (RowTooLongException)
        {
            Add(new BadRow(parser.Line, null, null, "a shorter row: it has more bytes than allowed, or a quote is never closed; the rest of the file was not checked"));
        }

        return _badCount == 0 ? count > 0 : throw new BadRowsException(path, _bad.ToImmutable(), _badCount);
    }

    /// <summary>Gets the builders of some columns, and empties the others.</summary>
    public IReadOnlyList<ArrayBuilder> Take(ImmutableArray<int> wanted)
    {
        for (var i = 0; i < columns.Length; i++)
        {
            if (!wanted.Contains(i))
            {
                columns[i].Builder.Clear();
            }
        }

        return [.. wanted.Select(i => columns[i].Builder)];
    }

    private BadRow? FindProblem()
    {
        if (parser.Problem is not null || parser.FieldCount != fieldCount)
        {
            return new BadRow(parser.Line, null, null, parser.Problem ?? $"{fieldCount} fields, got {parser.FieldCount}");
        }

        for (var i = 0; i < columns.Length; i++)
        {
            var field = parser.Field(fieldOfColumn[i]);
            if (!columns[i].TryAppend(field, parser.IsQuoted(fieldOfColumn[i])))
            {
                var column = columns[i].Builder.Column;
                return new BadRow(parser.Line, column.Name, Quote(field), TableSchema.Describe(column));
            }
        }

        return null;
    }

    private static string Quote(ReadOnlySpan<byte> field)
    {
        var text = Encoding.UTF8.GetString(field[..Math.Min(field.Length, 4 * MaximumValueCharacters)]);
        return text.Length <= MaximumValueCharacters ? text : string.Concat(text.AsSpan(0, MaximumValueCharacters), "…");
    }

    private void Add(BadRow row)
    {
        _badCount++;
        if (_bad.Count < BadRowsException.MaximumListed)
        {
            _bad.Add(row);
        }
    }
}
