using System.Runtime.CompilerServices;
using System.Text;
using Workflow.Data.Storage;

namespace Workflow.Data.Metadata;

/// <summary>A statement written as an interpolated string whose holes become parameters: <c>$"… WHERE name = {name}"</c>.</summary>
/// <remarks>
/// <para>Values never become part of the SQL, so there is nothing to escape and nothing to inject. Only the four column types of the
/// metadata database fit into a hole; times are stored as microseconds, digests in their written form.</para>
/// <para>Used once, by the call it is passed to. Not thread-safe.</para>
/// </remarks>
[InterpolatedStringHandler]
public sealed class SqlText
{
    private readonly StringBuilder _text;
    private readonly List<object> _values;

    /// <summary>Called by the compiler.</summary>
    /// <param name="literalLength">The length of the text outside of the holes.</param>
    /// <param name="formattedCount">How many holes there are.</param>
    public SqlText(int literalLength, int formattedCount)
    {
        _text = new StringBuilder(literalLength + (4 * formattedCount));
        _values = new List<object>(formattedCount);
    }

    internal IReadOnlyList<object> Values => _values;

    /// <summary>Adds text of the statement. Called by the compiler.</summary>
    /// <param name="value">SQL that both SQLite and PostgreSQL understand.</param>
    public void AppendLiteral(string value) => _text.Append(value);

    /// <summary>Adds a TEXT value.</summary>
    /// <param name="value">Null is stored as NULL. NUL and halves of surrogate pairs are refused: PostgreSQL cannot store the one, and the others have no UTF-8.</param>
    public void AppendFormatted(string? value)
    {
        if (value is not null && !IsStorable(value))
        {
            throw new ArgumentException($"Text with NUL or half of a surrogate pair cannot be stored in the metadata database: '{value}'.", nameof(value));
        }

        Add(value);
    }

    /// <summary>Adds a BIGINT value.</summary>
    /// <param name="value">Null is stored as NULL.</param>
    public void AppendFormatted(long? value) => Add(value);

    /// <summary>Adds a DOUBLE PRECISION value.</summary>
    /// <param name="value">Null is stored as NULL. NaN is refused: SQLite would store NULL.</param>
    public void AppendFormatted(double? value)
    {
        if (value is { } number && double.IsNaN(number))
        {
            throw new ArgumentException("NaN cannot be stored in the metadata database: store NULL, and say what it means.", nameof(value));
        }

        Add(value);
    }

    /// <summary>Adds a BLOB value.</summary>
    /// <param name="value">Null is stored as NULL.</param>
    public void AppendFormatted(byte[]? value) => Add(value);

    /// <summary>Adds a moment as a BIGINT: microseconds since 1970 in UTC, rounded down.</summary>
    /// <param name="value">Null is stored as NULL.</param>
    public void AppendFormatted(DateTimeOffset? value) => Add(value is { } time ? MetadataTime.ToMicroseconds(time) : null);

    /// <summary>Adds a digest as TEXT in its written form.</summary>
    /// <param name="value">Null is stored as NULL.</param>
    public void AppendFormatted(ContentDigest? value) => Add(value?.ToString());

    /// <summary>Gives the statement with the parameters <c>@p0</c>, <c>@p1</c> … in place of its holes.</summary>
    public override string ToString() => _text.ToString();

    private static bool IsStorable(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i]))))
            {
                return false;
            }
        }

        return true;
    }

    private void Add(object? value)
    {
        _text.Append("@p").Append(_values.Count);
        _values.Add(value ?? DBNull.Value);
    }
}
