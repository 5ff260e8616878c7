using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using Apache.Arrow;
using Apache.Arrow.Memory;
using Workflow.Data.Tables.Building;
using Workflow.Data.Tables.Records;

namespace Workflow.Data.Tables;

/// <summary>Turns C# records into batches and back, by their public properties. Safe for concurrent use; keep one per type.</summary>
/// <remarks>
/// <para>A column has its property's name, or that of <c>[Column("…")]</c>. Types: <c>bool</c>; integers of 8 to 64 bits; <c>float</c>, <c>double</c>;
/// <c>decimal</c> as <c>decimal128(38, 10)</c>; <c>string</c>, always nullable; <c>DateTimeOffset</c> and UTC <c>DateTime</c> as <c>timestamp[us, UTC]</c>,
/// the tenth of a microsecond rounded down; <c>DateOnly</c> as <c>date32</c>; <c>Guid</c> as 16 bytes. <c>T?</c> makes a nullable column.</para>
/// <para>Records are made with the constructor that has most parameters, each named like a property; other properties need <c>set</c> or
/// <c>init</c>. A convenience for thousands of rows: kernels read Arrow arrays.</para>
/// </remarks>
/// <typeparam name="T">A class or record class.</typeparam>
public sealed class RecordMapper<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicConstructors)] T>
    where T : class
{
    private readonly ImmutableArray<RecordProperty<T>> _properties;
    private readonly ConstructorInvoker _construct;
    private readonly ImmutableArray<int> _parameters;
    private readonly ImmutableArray<int> _settable;

    /// <summary>Learns the properties and constructor of <typeparamref name="T"/>.</summary>
    /// <exception cref="SchemaMismatchException">Properties have types without a column, or cannot be set; all are listed.</exception>
    public RecordMapper()
    {
        var differences = new List<SchemaDifference>();
        var properties = ImmutableArray.CreateBuilder<RecordProperty<T>>();
        foreach (var property in typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetMethod?.IsPublic == true && p.GetIndexParameters().Length == 0))
        {
            if (RecordProperties.Create<T>(property) is { } known)
            {
                properties.Add(known);
            }
            else
            {
                differences.Add(new SchemaDifference(RecordProperties.ColumnName(property), "a bool, number, string, DateTimeOffset, DateTime, DateOnly or Guid", property.PropertyType.Name));
            }
        }

        _properties = properties.ToImmutable();
        var constructor = typeof(T).GetConstructors().OrderByDescending(c => c.GetParameters().Length)
            .FirstOrDefault(c => c.GetParameters().All(p => Find(p) >= 0));
        _parameters = constructor is null ? [] : [.. constructor.GetParameters().Select(Find)];
        _settable = [.. Enumerable.Range(0, _properties.Length).Except(_parameters)];
        differences.AddRange(_settable.Where(i => _properties[i].Property.SetMethod?.IsPublic != true)
            .Select(i => new SchemaDifference(_properties[i].Column.Name, "a constructor parameter or setter for it", "none")));
        differences.AddRange(_properties.GroupBy(p => p.Column.Name, StringComparer.Ordinal).Where(g => g.Count() > 1)
            .Select(g => new SchemaDifference(g.Key, "one property of each name", $"{g.Count()}")));
        if (constructor is null)
        {
            differences.Add(new SchemaDifference(typeof(T).Name, "a public constructor whose parameters are named like properties of their type", "none"));
        }

        if (differences.Count > 0)
        {
            throw new SchemaMismatchException($"records of type {typeof(T).Name}", [.. differences]);
        }

        _construct = ConstructorInvoker.Create(constructor!);
        Schema = new Schema(_properties.Select(p => p.Column), metadata: null);
    }

    /// <summary>Gets the columns, in the order of the properties.</summary>
    public Schema Schema { get; }

    /// <summary>Makes a batch of records.</summary>
    /// <param name="records">Read once, in order.</param>
    /// <param name="allocator">Where the batch lives; null for Arrow's native allocator.</param>
    /// <returns>A batch that the caller disposes.</returns>
    /// <exception cref="ArgumentException">A decimal has too many digits, or a DateTime is not UTC.</exception>
    public RecordBatch ToBatch(IEnumerable<T> records, MemoryAllocator? allocator = null)
    {
        ArgumentNullException.ThrowIfNull(records);
        var builders = _properties.Select(p => p.CreateBuilder()).ToList();
        foreach (var record in records)
        {
            for (var i = 0; i < builders.Count; i++)
            {
                _properties[i].Append(builders[i], record);
            }
        }

        return BatchBuilder.Finish(Schema, builders, allocator);
    }

    /// <summary>Makes a table in memory of records.</summary>
    /// <param name="records">Read once, in order.</param>
    /// <param name="allocator">Where the table lives; null for Arrow's native allocator.</param>
    /// <returns>A table that the caller disposes, in batches of 65,536 rows.</returns>
    public BatchTable ToTable(IEnumerable<T> records, MemoryAllocator? allocator = null)
    {
        ArgumentNullException.ThrowIfNull(records);
        var batches = new List<RecordBatch>();
        try
        {
            foreach (var chunk in records.Chunk(TableSource.DefaultBatchRows))
            {
                batches.Add(ToBatch(chunk, allocator));
            }

            return new BatchTable(Schema, batches);
        }
        catch
        {
            batches.ForEach(b => b.Dispose());
            throw;
        }
    }

    /// <summary>Makes records of a batch.</summary>
    /// <param name="batch">Borrowed. May have more columns, in any order.</param>
    /// <exception cref="SchemaMismatchException">Columns are missing, of other types, or nullable where the property is not; all are listed.</exception>
    public IReadOnlyList<T> ToRecords(RecordBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Require(batch.Schema);
        var columns = _properties.Select(p => batch.Column(batch.Schema.GetFieldIndex(p.Column.Name))).ToArray();
        var records = new List<T>(batch.Length);
        var arguments = new object?[_parameters.Length];
        for (var row = 0; row < batch.Length; row++)
        {
            for (var i = 0; i < arguments.Length; i++)
            {
                arguments[i] = _properties[_parameters[i]].Read(columns[_parameters[i]], row);
            }

            var record = (T)_construct.Invoke(arguments.AsSpan());
            foreach (var i in _settable)
            {
                _properties[i].Property.SetValue(record, _properties[i].Read(columns[i], row));
            }

            records.Add(record);
        }

        GC.KeepAlive(batch);
        return records;
    }

    /// <summary>Reads a table as records; only the columns of <typeparamref name="T"/> are read.</summary>
    /// <param name="table">The table.</param>
    /// <param name="cancellationToken">Observed between batches.</param>
    /// <exception cref="SchemaMismatchException">Columns are missing, of other types, or nullable where the property is not; all are listed.</exception>
    public async IAsyncEnumerable<T> ReadAsync(TableSource table, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        Require(table.Schema);
        await foreach (var batch in table.ReadAsync([.. _properties.Select(p => p.Column.Name)], cancellationToken).ConfigureAwait(false))
        {
            IReadOnlyList<T> records;
            using (batch)
            {
                records = ToRecords(batch);
            }

            foreach (var record in records)
            {
                yield return record;
            }
        }
    }

    private int Find(ParameterInfo parameter)
    {
        for (var i = 0; i < _properties.Length; i++)
        {
            if (_properties[i].Property.PropertyType == parameter.ParameterType && string.Equals(_properties[i].Property.Name, parameter.Name, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }

    private void Require(Schema schema)
    {
        var differences = ImmutableArray.CreateBuilder<SchemaDifference>();
        foreach (var property in _properties)
        {
            var index = schema.GetFieldIndex(property.Column.Name);
            var found = index < 0 ? null : schema.FieldsList[index];
            if (found is null || !property.Accepts(found.DataType) || (found.IsNullable && !property.Column.IsNullable))
            {
                differences.Add(new SchemaDifference(property.Column.Name, TableSchema.Describe(property.Column), found is null ? null : TableSchema.Describe(found)));
            }
        }

        if (differences.Count > 0)
        {
            throw new SchemaMismatchException($"records of type {typeof(T).Name}", differences.ToImmutable());
        }
    }
}
