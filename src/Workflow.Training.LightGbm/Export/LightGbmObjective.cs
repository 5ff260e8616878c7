namespace Workflow.Training.LightGbm.Export;

/// <summary>How LightGBM turns sums of leaves into scores.</summary>
internal enum LightGbmLink
{
    /// <summary>The sum itself.</summary>
    Identity,

    /// <summary>The square of the sum, with its sign.</summary>
    SignedSquare,

    /// <summary>e to the power of the sum.</summary>
    Exponential,

    /// <summary>1 / (1 + e^(−k·sum)).</summary>
    Sigmoid,

    /// <summary>Probabilities over the classes.</summary>
    Softmax,

    /// <summary>ln(1 + e^sum).</summary>
    Softplus,
}

/// <summary>The objective line of a model text: what the scores mean. Immutable.</summary>
/// <param name="Name">LightGBM's name; <c>custom</c> where the text has none.</param>
/// <param name="Link">How sums become scores.</param>
/// <param name="Sigmoid">The factor k of <see cref="LightGbmLink.Sigmoid"/>, above 0; 1 elsewhere.</param>
internal sealed record LightGbmObjective(string Name, LightGbmLink Link, double Sigmoid)
{
    /// <summary>Reads an objective line.</summary>
    /// <param name="line">For example <c>binary sigmoid:1</c>; null where the text has none.</param>
    /// <exception cref="InvalidDataException">The objective or one of its parameters is not known, or a parameter is out of range.</exception>
    public static LightGbmObjective Parse(string? line)
    {
        if (line is null)
        {
            return new LightGbmObjective("custom", LightGbmLink.Identity, 1);
        }

        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var name = words.Length > 0 ? words[0] : "";
        LightGbmLink link = name switch
        {
            "regression" or "regression_l1" or "huber" or "fair" or "quantile" or "mape" or "lambdarank" or "rank_xendcg" or "custom" => LightGbmLink.Identity,
            "poisson" or "gamma" or "tweedie" => LightGbmLink.Exponential,
            "binary" or "multiclassova" or "cross_entropy" => LightGbmLink.Sigmoid,
            "multiclass" => LightGbmLink.Softmax,
            "cross_entropy_lambda" => LightGbmLink.Softplus,
            _ => throw Damage(line, "the objective is not known"),
        };
        if (words.Select(static word => word.Split(':')[0]).Distinct(StringComparer.Ordinal).Count() != words.Length)
        {
            throw Damage(line, "a parameter occurs twice");
        }

        var sigmoid = 1.0;
        foreach (var word in words.Skip(1))
        {
            if (word == "sqrt" && name.StartsWith("regression", StringComparison.Ordinal))
            {
                link = LightGbmLink.SignedSquare;
            }
            else if (word.StartsWith("sigmoid:", StringComparison.Ordinal) && name is "binary" or "multiclassova")
            {
                if (!LightGbmNumbers.TryDouble(word.AsSpan("sigmoid:".Length), out sigmoid) || !double.IsFinite(sigmoid) || sigmoid <= 0)
                {
                    throw Damage(line, $"'{word}' needs a number above 0");
                }
            }
            else if (word.StartsWith("num_class:", StringComparison.Ordinal) && name is "multiclass" or "multiclassova")
            {
                if (!LightGbmNumbers.TryInt32(word.AsSpan("num_class:".Length), out var classes) || classes < 1)
                {
                    throw Damage(line, $"'{word}' needs a whole number from 1");
                }
            }
            else
            {
                throw Damage(line, $"the parameter '{word}' is not known");
            }
        }

        return new LightGbmObjective(name, link, sigmoid);
    }

    private static InvalidDataException Damage(string line, string reason) =>
        new($"The LightGBM model text is not readable: objective={line}: {reason}. Use a text that LightGBM 4 wrote.");
}
