namespace Workflow.Inference.Rollouts;

/// <summary>
/// The wealth of a gambler who starts with 1 and bets against "the mean is at most m" on values from 0 to 1: W = Π (1 + λ·(x − m)). If the
/// mean is at most m, whatever the distribution and however it changes, W ever reaches 1/α with probability at most α (Ville 1939).
/// </summary>
/// <remarks>
/// The stake λ comes from the values before x only. It is the approximately growth-optimal one of Waudby-Smith and Ramdas (2024, aGRAPA),
/// (μ − m) / (σ² + (μ − m)²), cut to [0, c/m] so that no bet is made on a mean below m and a single value takes at most the part c of the
/// wealth. μ and σ² start from one imagined value of mean ½ and variance ¼. Not thread-safe. Not more than 1 + n rounding errors from exact.
/// </remarks>
internal sealed class BettingEProcess(double m)
{
    /// <summary>The largest part of the wealth that one value can take.</summary>
    public const double MaxLoss = 0.5;

    private double _sum;
    private double _squares;
    private double _logWealth;

    /// <summary>Gets how many values were seen.</summary>
    public long Count { get; private set; }

    /// <summary>Gets the mean of the values; NaN before the first.</summary>
    public double Mean => Count == 0 ? double.NaN : _sum / Count;

    /// <summary>Gets the wealth: the e-value. Infinity where it is beyond a double.</summary>
    public double Wealth => Math.Exp(_logWealth);

    /// <summary>Gets the natural logarithm of the wealth.</summary>
    public double LogWealth => _logWealth;

    /// <summary>Gets the stake on the next value before it is cut: fixed by the values so far.</summary>
    public double UncutStake
    {
        get
        {
            var edge = ((0.5 + _sum) / (Count + 1)) - m;
            return edge / (((0.25 + _squares) / (Count + 1)) + (edge * edge));
        }
    }

    /// <summary>Bets on a value.</summary>
    /// <param name="x">From 0 to 1.</param>
    public void Add(double x)
    {
        _logWealth += Math.Log(1 + (Math.Clamp(UncutStake, 0, MaxLoss / m) * (x - m)));

        Count++;
        _sum += x;
        var deviation = x - ((0.5 + _sum) / (Count + 1));
        _squares += deviation * deviation;
    }
}
