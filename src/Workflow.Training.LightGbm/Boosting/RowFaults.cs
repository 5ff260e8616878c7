using System.Globalization;

namespace Workflow.Training.LightGbm.Boosting;

/// <summary>Collects the rows whose value in one column is not allowed, to report them in one error.</summary>
/// <param name="column">What the column is and is called: "label 'delayed'".</param>
/// <param name="source">The table.</param>
/// <param name="expected">What is allowed: "0 or 1".</param>
internal sealed class RowFaults(string column, string source, string expected)
{
    private const int Named = 5;
    private readonly List<string> _first = [];
    private long _count;

    /// <summary>Notes a row, counted from 0.</summary>
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
