using System.Globalization;

namespace Workflow.Training.Trainers;

/// <summary>Collects the rows whose value in one column is not allowed, to report them in one error.</summary>
/// <param name="column">What the column is and is called, for example <c>label 'delayed'</c>.</param>
/// <param name="source">What the table is, as <see cref="Data.Tables.TableSource.Describe"/> says.</param>
/// <param name="expected">What is allowed, for example <c>0 or 1</c>.</param>
/// <remarks>For engines. Not thread-safe.</remarks>
public sealed class RowFaults(string column, string source, string expected)
{
    private const int Named = 5;
    private readonly List<string> _first = [];
    private long _count;

    /// <summary>Notes a row.</summary>
    /// <param name="row">Its number in the table, from 0.</param>
    /// <param name="value">What it holds.</param>
    /// <param name="isNull">Whether it holds nothing, which is then said instead.</param>
    public void Add(long row, double value, bool isNull)
    {
        if (_count++ < Named)
        {
            _first.Add($"row {row} is {(isNull ? "null" : value.ToString("R", CultureInfo.InvariantCulture))}");
        }
    }

    /// <summary>Throws if any row was noted.</summary>
    /// <exception cref="InvalidDataException">Names the column and the first rows (counted from 0), and how many there are.</exception>
    public void ThrowIfAny()
    {
        if (_count > 0)
        {
            var more = _count > _first.Count ? $" and {_count - _first.Count} more" : "";
            throw new InvalidDataException($"The {column} of {source} must be {expected}, but {string.Join(", ", _first)}{more}. Correct or drop these rows (counted from 0).");
        }
    }
}
