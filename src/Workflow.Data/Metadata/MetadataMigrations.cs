using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Workflow.Data.Metadata;

/// <summary>The numbered scripts that make the tables of one package. Immutable.</summary>
/// <remarks>
/// Scripts are embedded resources <c>Migrations/0001_name.sql</c>. They create tables and indexes whose names begin with
/// <see cref="Prefix"/>, with columns of the types BIGINT, DOUBLE PRECISION, TEXT and BLOB only, and no foreign keys.
/// </remarks>
public sealed partial class MetadataMigrations
{
    private MetadataMigrations(string package, ImmutableArray<MetadataMigration> scripts)
    {
        (Package, Scripts) = (package, scripts);
        var problems = Problems().ToList();
        if (problems.Count > 0)
        {
            throw new ArgumentException($"The migrations of {package} break the rules of the metadata database: {string.Join(" ", problems)}", nameof(scripts));
        }
    }

    /// <summary>Gets the package's name, for example <c>Workflow.Training</c>.</summary>
    public string Package { get; }

    /// <summary>Gets the scripts in order; the first has number 1.</summary>
    public ImmutableArray<MetadataMigration> Scripts { get; }

    /// <summary>Gets what the names of the package's tables and indexes begin with: <c>training_</c> for <c>Workflow.Training</c>.</summary>
    public string Prefix => PrefixOf(Package);

    /// <summary>Collects the scripts that are embedded in an assembly.</summary>
    /// <param name="assembly">The package's assembly.</param>
    /// <param name="package">The package's name, for example <c>Workflow.Training</c>.</param>
    /// <returns>The scripts; keep one object per process.</returns>
    /// <exception cref="ArgumentException">There are none, they are not numbered 1, 2, 3 …, or they break the rules; says all that is wrong.</exception>
    public static MetadataMigrations FromAssembly(Assembly assembly, string package)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        ArgumentException.ThrowIfNullOrWhiteSpace(package);
        var scripts = new List<MetadataMigration>();
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            if (ResourceName().Match(resource) is { Success: true } match)
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
                var number = long.Parse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
                scripts.Add(new MetadataMigration(number, match.Groups["file"].Value, reader.ReadToEnd().ReplaceLineEndings("\n")));
            }
        }

        return Create(package, scripts);
    }

    /// <summary>Takes scripts in memory.</summary>
    /// <param name="package">The package's name, for example <c>Workflow.Training</c>.</param>
    /// <param name="scripts">The scripts, in any order.</param>
    /// <exception cref="ArgumentException">There are none, they are not numbered 1, 2, 3 …, or they break the rules; says all that is wrong.</exception>
    public static MetadataMigrations Create(string package, IEnumerable<MetadataMigration> scripts) =>
        new(package, [.. scripts.OrderBy(s => s.Number)]);

    private static string PrefixOf(string package) =>
        (package.StartsWith("Workflow.", StringComparison.Ordinal) ? package["Workflow.".Length..] : package).Replace('.', '_').ToLowerInvariant() + "_";

    private IEnumerable<string> Problems()
    {
        if (Scripts.IsEmpty)
        {
            yield return "there is no embedded resource 'Migrations.0001_name.sql'.";
        }

        for (var i = 0; i < Scripts.Length; i++)
        {
            var script = Scripts[i];
            if (script.Number != i + 1)
            {
                yield return $"'{script.Name}' has number {script.Number}, expected {i + 1}.";
            }

            foreach (Match created in CreatedName().Matches(script.Script))
            {
                if (!created.Groups["name"].Value.StartsWith(Prefix, StringComparison.Ordinal))
                {
                    yield return $"'{script.Name}' creates '{created.Groups["name"].Value}', expected a name that begins with '{Prefix}'.";
                }
            }

            foreach (Match other in ForeignWord().Matches(CommentText().Replace(script.Script, "")))
            {
                yield return $"'{script.Name}' says {other.Value}, which is not the same in SQLite and PostgreSQL.";
            }
        }
    }

    [GeneratedRegex(@"\.Migrations\.(?<file>(?<number>\d{4})_[\w-]+\.sql)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ResourceName();

    [GeneratedRegex(@"\bCREATE\s+(UNIQUE\s+)?(TABLE|INDEX)\s+(IF\s+NOT\s+EXISTS\s+)?""?(?<name>\w+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CreatedName();

    [GeneratedRegex(@"\b(INT|INTEGER|SMALLINT|REAL|FLOAT|NUMERIC|DECIMAL|VARCHAR|CHAR|BOOLEAN|DATE|TIMESTAMP|SERIAL|BIGSERIAL|AUTOINCREMENT|JSON|JSONB|UUID|BYTEA|REFERENCES|ROWID)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ForeignWord();

    [GeneratedRegex(@"--[^\n]*", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CommentText();
}
