namespace Workflow.Monitoring.Contracts;

/// <summary>Counts the rows that break one demand and remembers the first of them.</summary>
internal sealed class ViolationTally
{
    private const int LongestExample = 100;
    private readonly List<long> _rows = [];
    private readonly List<string> _examples = [];

    public long Count { get; private set; }

    public bool IsFull => _rows.Count == ContractViolation.MaximumExamples;

    public void Add(long row)
    {
        Count++;
        if (!IsFull)
        {
            _rows.Add(row);
        }
    }

    public void Add(long row, string example)
    {
        if (!IsFull)
        {
            _examples.Add(example.Length <= LongestExample ? example : example[..LongestExample]);
        }

        Add(row);
    }

    public void AddMany(long count) => Count += count;

    public ContractViolation Report(string column, ContractCheck check, string expected, string actual) => new()
    {
        Column = column,
        Check = check,
        Expected = expected,
        Actual = actual,
        Count = Count,
        FirstRows = [.. _rows],
        Examples = [.. _examples],
    };
}
