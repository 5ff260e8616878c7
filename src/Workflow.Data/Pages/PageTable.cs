using System.Collections.Immutable;

namespace Workflow.Data.Pages;

/// <summary>A table. Immutable.</summary>
public sealed record PageTable : PageBlock
{
    /// <summary>Gets what the table shows, or null.</summary>
    public string? Caption { get; init; }

    /// <summary>Gets the names of the columns, with their units.</summary>
    public required ImmutableArray<string> Columns { get; init; }

    /// <summary>Gets the positions of the columns that hold numbers and are set to the right.</summary>
    public ImmutableArray<int> Numbers { get; init; } = [];

    /// <summary>Gets the rows; each has as many cells as there are columns.</summary>
    public required ImmutableArray<ImmutableArray<PageCell>> Rows { get; init; }

    internal override void Write(Markup markup)
    {
        markup.Open("div", ("class", "table")).Open("table");
        if (Caption is not null)
        {
            markup.Element("caption", Caption);
        }

        markup.Open("thead").Open("tr");
        for (var i = 0; i < Columns.Length; i++)
        {
            markup.Element("th", Columns[i], ("scope", "col"), ("class", Numbers.Contains(i) ? "num" : ""));
        }

        markup.Close("tr").Close("thead").Open("tbody");
        foreach (var row in Rows)
        {
            if (row.Length != Columns.Length)
            {
                throw new InvalidOperationException($"Table '{Caption}' has {Columns.Length} columns and a row of {row.Length} cells.");
            }

            markup.Open("tr");
            for (var i = 0; i < row.Length; i++)
            {
                markup.Element("td", row[i].Text, ("class", (Numbers.Contains(i) ? "num " : "") + PageCell.Class(row[i].Tone)));
            }

            markup.Close("tr");
        }

        markup.Close("tbody").Close("table").Close("div").Raw("\n");
    }
}
