namespace Workflow.Testing.Metadata;

/// <summary>A clock that stands still until it is moved.</summary>
internal sealed class SettableClock : TimeProvider
{
    private DateTimeOffset _now = new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by) => _now += by;
}
