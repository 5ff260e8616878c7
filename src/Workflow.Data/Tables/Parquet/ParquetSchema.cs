using System.Collections.Immutable;

namespace Workflow.Data.Tables.Parquet;

/// <summary>Maps the schema of a Parquet file to Arrow columns, or refuses it naming every column that has no place in a table.</summary>
internal static class ParquetSchema
{
    private const string Supported = "a flat column of booleans, integers, floats, decimals to 38 digits, dates, times, text or bytes";

    /// <exception cref="SchemaMismatchException">Columns are nested, repeated, of an unknown type or of one name; all are listed.</exception>
    public static ImmutableArray<ParquetColumn> Map(ParquetFooter footer, string component)
    {
        var columns = ImmutableArray.CreateBuilder<ParquetColumn>();
        var differences = ImmutableArray.CreateBuilder<SchemaDifference>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var next = 1;
        for (var i = 0; i < footer.Schema[0].ChildCount; i++)
        {
            var element = At(footer, next);
            next = After(footer, next, 0);
            var column = element.Type is null || element.Repetition == Repetition.Repeated ? null : ParquetColumn.Create(element);
            if (!names.Add(element.Name))
            {
                differences.Add(new SchemaDifference(element.Name, "one column of each name", "another of this name"));
            }
            else if (column is null)
            {
                differences.Add(new SchemaDifference(element.Name, Supported, Describe(element)));
            }
            else
            {
                columns.Add(column);
            }
        }

        if (next != footer.Schema.Count)
        {
            throw new MalformedException($"{next} schema elements", $"{footer.Schema.Count}");
        }

        return differences.Count == 0 ? columns.ToImmutable() : throw new SchemaMismatchException(component, differences.ToImmutable());
    }

    private static string Describe(SchemaElement element)
    {
        var shape = element.Repetition == Repetition.Repeated ? "repeated " : "";
        return element.Type is null
            ? $"{shape}{(element.Annotation == Annotation.Nested ? "list or map" : "group")}"
            : $"{shape}{element.Type}{(element.Annotation == Annotation.None ? "" : $" as {element.Annotation}")}";
    }

    private static int After(ParquetFooter footer, int index, int depth)
    {
        if (depth > 64)
        {
            throw new MalformedException("at most 64 nested groups", "more");
        }

        var children = At(footer, index++).ChildCount;
        for (var i = 0; i < children; i++)
        {
            index = After(footer, index, depth + 1);
        }

        return index;
    }

    private static SchemaElement At(ParquetFooter footer, int index) =>
        index < footer.Schema.Count ? footer.Schema[index] : throw new MalformedException($"more than {footer.Schema.Count} schema elements", "the end of the schema");
}
