using Apache.Arrow;
using Apache.Arrow.Types;
using CsCheck;
using Workflow.Data.Registry;
using Workflow.Data.Tables;

namespace Workflow.Data.Tests.Registry;

public sealed class SignatureJsonTests
{
    private static readonly Gen<IArrowType> AnyLeaf = Gen.OneOf([.. new IArrowType[]
    {
        BooleanType.Default, Int8Type.Default, Int16Type.Default, Int32Type.Default, Int64Type.Default, UInt8Type.Default, UInt16Type.Default, UInt32Type.Default,
        UInt64Type.Default, HalfFloatType.Default, FloatType.Default, DoubleType.Default, StringType.Default, BinaryType.Default, Date32Type.Default, Date64Type.Default,
        new TimestampType(TimeUnit.Microsecond, "UTC"), new TimestampType(TimeUnit.Second, "Europe/Berlin"), new TimestampType(TimeUnit.Millisecond, "+01:00"),
        new TimestampType(TimeUnit.Nanosecond, (string?)null), new Decimal128Type(38, 10), new Decimal256Type(76, 0), new FixedSizeBinaryType(16),
        new DictionaryType(Int32Type.Default, StringType.Default, ordered: false),
    }.Select(Gen.Const)]);

    private static readonly Gen<IArrowType> AnyType = Gen.Frequency(
        (4, AnyLeaf), (1, Gen.Select(AnyLeaf, Gen.Int[1, 1000]).Select((t, n) => (IArrowType)new FixedSizeListType(t, n))), (1, AnyLeaf.Select(t => (IArrowType)new ListType(t))));

    private static readonly Gen<Schema> AnySchema = Gen.Select(Gen.String[Gen.Char[' ', '\uD7FF'], 0, 10], AnyType, Gen.Bool).Array[0, 8]
        .Select(fields => new Schema(fields.DistinctBy(f => f.Item1).Select(f => new Field(f.Item1, f.Item2, f.Item3)), metadata: null));

    [Fact]
    public void The_written_form_is_stable()
    {
        Assert.Equal(
            """{"inputs":[{"name":"distance","nullable":false,"type":"float"}],"outputs":[{"name":"score","nullable":false,"type":"double"}]}""",
            SignatureJson.Write(RegistryFixture.Signature));
    }

    [Fact]
    public void Any_signature_reads_back_as_itself() =>
        Gen.Select(AnySchema, AnySchema).Sample((inputs, outputs) =>
        {
            var text = SignatureJson.Write(new ModelSignature { Inputs = inputs, Outputs = outputs });
            var read = SignatureJson.Read(text);
            Assert.Equal(text, SignatureJson.Write(read));
            Assert.Equal(inputs.FieldsList.Select(TableSchema.Describe), read.Inputs.FieldsList.Select(TableSchema.Describe));
            Assert.Equal(inputs.FieldsList.Select(f => f.Name), read.Inputs.FieldsList.Select(f => f.Name));
            Assert.Empty(TableSchema.Compare(inputs, read.Inputs));
            Assert.Empty(TableSchema.Compare(read.Outputs, outputs));
        });

    [Fact]
    public void Every_column_without_a_written_form_is_named()
    {
        var signature = new ModelSignature
        {
            Inputs = new Schema([new Field("a", new StructType([new Field("x", FloatType.Default, false)]), false), new Field("b", FloatType.Default, false)], null),
            Outputs = new Schema([new Field("c", IntervalType.YearMonth, false)], null),
        };
        var exception = Assert.Throws<ArgumentException>(() => SignatureJson.Write(signature));
        Assert.Contains("'a'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("'c'", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("'b'", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"inputs":[],"outputs":3}""")]
    [InlineData("""{"inputs":[{"name":"x","nullable":false,"type":"float"},{"name":"x","nullable":false,"type":"float"}],"outputs":[]}""")]
    [InlineData("""{"inputs":[{"name":"x","nullable":false,"type":"flot"}],"outputs":[]}""")]
    [InlineData("""{"inputs":[{"name":"x","nullable":0,"type":"float"}],"outputs":[]}""")]
    [InlineData("""{"inputs":[{"name":null,"nullable":false,"type":"float"}],"outputs":[]}""")]
    [InlineData("""{"inputs":[{"name":"x","nullable":false,"type":"fixed_size_list<float>[99999999]"}],"outputs":[]}""")]
    [InlineData("""{"inputs":[{"name":"x","nullable":false,"type":"fixed_size_list<float>[010]"}],"outputs":[]}""")]
    [InlineData("""{"inputs":[{"name":"x","nullable":false,"type":"decimal128(39, 0)"}],"outputs":[]}""")]
    [InlineData("""{"inputs":[{"name":"x","nullable":false,"type":"list<list<list<>>>"}],"outputs":[]}""")]
    public void A_text_that_is_no_signature_is_refused(string json) => Assert.Throws<FormatException>(() => SignatureJson.Read(json));

    [Fact]
    public void Deep_nesting_in_a_foreign_text_is_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("list<", 100)) + "float" + new string('>', 100);
        Assert.Throws<FormatException>(() => SignatureJson.Read($$"""{"inputs":[{"name":"x","nullable":false,"type":"{{deep}}"}],"outputs":[]}"""));
        Assert.Throws<FormatException>(() => SignatureJson.Read(new string('[', 100_000)));
    }

    [Fact]
    public void Any_damage_to_the_text_is_refused_or_read_but_never_worse() =>
        Gen.Select(AnySchema, Gen.Int[0, 10_000], Gen.Char[' ', '~']).Sample((schema, at, c) =>
        {
            var text = SignatureJson.Write(new ModelSignature { Inputs = schema, Outputs = schema }).ToCharArray();
            text[at % text.Length] = c;
            try
            {
                SignatureJson.Read(new string(text));
            }
            catch (FormatException)
            {
            }
        });
}
