using System.Globalization;

namespace Workflow.Cli;

/// <summary>One line on a terminal that says how far long work is; drawn at most ten times a second.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class TerminalProgress(TextWriter terminal, TimeProvider timeProvider)
{
    private const string StartOfEmptyLine = "\r\e[K";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private long _drawnAt;
    private bool _isDrawn;

    /// <summary>Draws the line anew.</summary>
    /// <param name="what">For example "scoring".</param>
    /// <param name="done">How much is done.</param>
    /// <param name="total">How much there is in all, above zero.</param>
    /// <param name="unit">Of what.</param>
    public void Report(string what, long done, long total, string unit = "rows")
    {
        var now = timeProvider.GetTimestamp();
        if (!_isDrawn || timeProvider.GetElapsedTime(_drawnAt, now) >= Pause)
        {
            (_isDrawn, _drawnAt) = (true, now);
            terminal.Write(string.Create(CultureInfo.InvariantCulture, $"{StartOfEmptyLine}{what}: {done:N0} of {total:N0} {unit} ({100.0 * done / total:0} %)"));
            terminal.Flush();
        }
    }

    /// <summary>Takes the line away, for what is written next.</summary>
    public void Clear()
    {
        if (_isDrawn)
        {
            _isDrawn = false;
            terminal.Write(StartOfEmptyLine);
        }
    }
}
