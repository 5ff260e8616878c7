namespace Workflow.Training.LightGbm.Text;

/// <summary>The objective line of a model text: what the scores mean. Immutable.</summary>
/// <param name="Name">LightGBM's name; <c>custom</c> where the text has none.</param>
/// <param name="Link">How sums become scores.</param>
internal sealed record Objective(string Name, ScoreLink Link)
{
    private const string Key = "objective";

    /// <summary>Gets the factor k of <see cref="ScoreLink.Sigmoid"/>, above 0; 1 elsewhere.</summary>
    public double Sigmoid { get; private init; } = 1;

    /// <summary>Gets the number of classes, from 1; null where the objective has none of its own.</summary>
    public int? Classes { get; private init; }

    /// <summary>Reads the objective of a header, for example <c>binary sigmoid:1</c>.</summary>
    /// <exception cref="InvalidDataException">It or one of its parameters is not known, out of range, there twice, or missing.</exception>
    public static Objective Read(KeyedLines header)
    {
        if (!header.Has(Key))
        {
            return new Objective("custom", ScoreLink.Identity);
        }

        var words = new Words(header.Value(Key));
        var name = words.MoveNext() ? words.Current.ToString() : "";
        var objective = new Objective(name, LinkOf(name) ?? throw header.Fault(Key, $"the objective '{Unreadable.Show(name)}' is not known"));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (words.MoveNext())
        {
            var word = words.Current;
            var colon = word.IndexOf(':');
            var parameter = (colon < 0 ? word : word[..(colon + 1)]).ToString();
            if (!seen.Add(parameter))
            {
                throw header.Fault(Key, $"the parameter '{Unreadable.Show(word)}' comes twice");
            }

            objective = objective.With(parameter, word[(colon + 1)..]) ?? throw header.Fault(Key, $"the parameter '{Unreadable.Show(word)}' is not known or out of range");
        }

        return objective.Link != ScoreLink.Sigmoid || name is "cross_entropy" || seen.Contains("sigmoid:")
            ? objective
            : throw header.Fault(Key, "the parameter 'sigmoid:' is missing");
    }

    private static ScoreLink? LinkOf(string name) => name switch
    {
        "regression" or "regression_l1" or "huber" or "fair" or "quantile" or "mape" or "lambdarank" or "rank_xendcg" or "custom" => ScoreLink.Identity,
        "poisson" or "gamma" or "tweedie" => ScoreLink.Exponential,
        "binary" or "multiclassova" or "cross_entropy" => ScoreLink.Sigmoid,
        "multiclass" => ScoreLink.Softmax,
        "cross_entropy_lambda" => ScoreLink.Softplus,
        _ => null,
    };

    private Objective? With(string parameter, ReadOnlySpan<char> value) => (parameter, Name) switch
    {
        ("sqrt", "regression" or "regression_l1") => this with { Link = ScoreLink.SignedSquare },
        ("sigmoid:", "binary" or "multiclassova") when NumberLines.TryReal(value, out var sigmoid) && sigmoid > 0 => this with { Sigmoid = sigmoid },
        ("num_class:", "multiclass" or "multiclassova") when NumberLines.TryInteger(value, out var classes) && classes > 0 => this with { Classes = classes },
        _ => null,
    };
}
