using System.Data.Common;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Workflow.Data.Tables.Queries;

/// <summary>The columns of a query as Arrow fields.</summary>
internal static class QuerySchema
{
    public const string Types = "a boolean, an integer of at most 64 bits, a float, a double, text, bytes, a date, a time with a zone or a guid";

    /// <summary>Gives the schema that the query has, or checks the one that is declared.</summary>
    public static Schema Of(DbDataReader reader, Schema? declared, string query)
    {
        var names = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToList();
        var twice = names.GroupBy(static n => n, StringComparer.Ordinal).Where(static g => g.Count() > 1).Select(static g => $"'{g.Key}'").ToList();
        if (twice.Count > 0)
        {
            throw new InvalidDataException($"The {query} gives more than one column {string.Join(", ", twice)}. Name each with AS.");
        }

        if (declared is not null)
        {
            var wrong = declared.FieldsList.Where(f => !names.Contains(f.Name, StringComparer.Ordinal)).Select(static f => new SchemaDifference(f.Name, TableSchema.Describe(f), null))
                .Concat(declared.FieldsList.Where(f => names.Contains(f.Name, StringComparer.Ordinal) && !QueryColumn.Takes(f.DataType)).Select(static f => new SchemaDifference(f.Name, Types, TableSchema.Describe(f.DataType)))).ToList();
            return wrong.Count == 0 ? declared : throw new SchemaMismatchException($"the declared schema of {query}", [.. wrong]);
        }

        var types = names.Select((_, i) => Type(reader.GetFieldType(i))).ToList();
        return types.Contains(null)
            ? throw new SchemaMismatchException($"a table of {query}", [.. names.Select((n, i) => (Name: n, Index: i)).Where(c => types[c.Index] is null).Select(c => new SchemaDifference(c.Name, Types, $"{reader.GetDataTypeName(c.Index)} ({reader.GetFieldType(c.Index).Name})"))])
            : new Schema([.. names.Select((n, i) => new Field(n, types[i]!, nullable: true))], metadata: null);
    }

    /// <summary>Finds a column by its exact name.</summary>
    public static int Ordinal(DbDataReader reader, string name, string query)
    {
        for (var i = 0; i < reader.FieldCount; i++)
        {
            if (reader.GetName(i) == name)
            {
                return i;
            }
        }

        throw new SchemaMismatchException(query, [new SchemaDifference(name, "to be there", null)]);
    }

    private static IArrowType? Type(Type type) =>
        type == typeof(bool) ? BooleanType.Default
        : type == typeof(sbyte) ? Int8Type.Default
        : type == typeof(byte) ? UInt8Type.Default
        : type == typeof(short) ? Int16Type.Default
        : type == typeof(int) ? Int32Type.Default
        : type == typeof(long) ? Int64Type.Default
        : type == typeof(float) ? FloatType.Default
        : type == typeof(double) ? DoubleType.Default
        : type == typeof(string) ? StringType.Default
        : type == typeof(byte[]) ? BinaryType.Default
        : type == typeof(DateOnly) ? Date32Type.Default
        : type == typeof(DateTime) || type == typeof(DateTimeOffset) ? new TimestampType(TimeUnit.Microsecond, "UTC")
        : type == typeof(Guid) ? new FixedSizeBinaryType(16)
        : null;
}
