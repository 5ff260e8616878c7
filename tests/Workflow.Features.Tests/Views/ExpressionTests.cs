using Workflow.Features.Views;

namespace Workflow.Features.Tests.Views;

public sealed class ExpressionTests
{
    [Theory]
    [InlineData("1 + 2 * 3", "7")]
    [InlineData("(1 + 2) * -3", "-9")]
    [InlineData("10 - 4 - 3", "3")]
    [InlineData("delay > 15", "1")]
    [InlineData("delay > 15 and none > 3", "null")]
    [InlineData("delay < 15 and none > 3", "0")]
    [InlineData("none > 3 or delay = 20", "1")]
    [InlineData("not none", "null")]
    [InlineData("not delay = 20", "0")]
    [InlineData("none + 1", "null")]
    [InlineData("is_null(none) and not is_null(delay)", "1")]
    [InlineData("coalesce(none, delay, 3)", "error")]
    [InlineData("coalesce(none, delay / 8)", "2.5")]
    [InlineData("1 / 0", "Infinity")]
    [InlineData("nan = nan", "0")]
    [InlineData("1.5e3 + 2E-1", "1500.2")]
    [InlineData("hour(date)", "13")]
    [InlineData("minute(date)", "5")]
    [InlineData("weekday(date)", "5")]
    [InlineData("month(date)", "6")]
    [InlineData("hour(0 - 1)", "23")]
    [InlineData("weekday(0 - 1)", "2")]
    [InlineData("floor(abs(0 - 2.5))", "2")]
    [InlineData("1800 + 8 * delay", "1960")]
    [InlineData("order + android", "3")]
    public void Values_are_as_documented(string text, string expected)
    {
        // 2001-06-30 was a Saturday.
        var date = (double)(new DateTimeOffset(2001, 6, 30, 13, 5, 59, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1000);
        if (expected == "error")
        {
            Assert.Throws<FormatException>(() => Expression.Parse(text));
            return;
        }

        var value = Expression.Parse(text).Evaluate(name => name switch { "none" => null, "nan" => double.NaN, "date" => date, "order" => 1, "android" => 2, _ => 20 });
        Assert.Equal(expected, value is { } v ? v.ToString("R", System.Globalization.CultureInfo.InvariantCulture) : "null");
    }

    [Theory]
    [InlineData("", "position 0")]
    [InlineData("delay >", "the end")]
    [InlineData("(delay", "')'")]
    [InlineData("delay delay", "'delay'")]
    [InlineData("foo(delay)", "is_null")]
    [InlineData("1e999", "finite")]
    [InlineData("1 ; 2", "';")]
    [InlineData("not", "a column")]
    [InlineData("é", "a column")]
    public void A_bad_formula_is_refused_with_its_place(string text, string part) =>
        Assert.Contains(part, Assert.Throws<FormatException>(() => Expression.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Hostile_depth_and_length_are_refused()
    {
        Assert.Throws<FormatException>(() => Expression.Parse(new string('(', 4000)));
        Assert.Throws<FormatException>(() => Expression.Parse(new string('-', 4000) + "1"));
        Assert.Throws<FormatException>(() => Expression.Parse(new string(' ', 5000)));
    }

    [Fact]
    public void Equal_formulas_have_equal_text_that_parses_to_itself()
    {
        var canonical = Expression.Parse("a+b*2>-c and not is_null( a ) or coalesce(a,1)=2").ToString();
        Assert.Equal(canonical, Expression.Parse(canonical).ToString());
        Assert.Equal(canonical, Expression.Parse("((a + (b * 2.0)) > (-c)) and (not is_null(a)) or (coalesce(a, 1) = 2)").ToString());
        Assert.NotEqual(canonical, Expression.Parse("(a+b)*2>-c and not is_null( a ) or coalesce(a,1)=2").ToString());
    }

    [Fact]
    public void Columns_are_listed_once_in_order_of_use() => Assert.Equal(["b", "a"], Expression.Parse("b + a * b").Columns);
}
