using System.Reflection;
using System.Xml.Linq;

namespace Workflow.Architecture.Tests;

/// <summary>What is public is documented, declared in the public-API files, and closed unless it is made to be derived from.</summary>
public sealed class PublicTypeTests
{
    public static TheoryData<string> Libraries => [.. Product.All.Where(p => p.Name != "Workflow.Cli").Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Every_public_type_is_documented(string name)
    {
        var documented = XDocument.Load(Path.Combine(AppContext.BaseDirectory, name + ".xml"))
            .Descendants("member")
            .Where(member => member.Elements().Any(e => !string.IsNullOrWhiteSpace(e.Value) || e.Name == "inheritdoc"))
            .Select(member => (string)member.Attribute("name")!)
            .ToHashSet(StringComparer.Ordinal);
        Assert.Empty(PublicTypes(name).Select(type => "T:" + type.FullName!.Replace('+', '.')).Except(documented));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Every_public_type_is_in_the_public_API_files(string name)
    {
        var folder = Path.Combine(Product.Named(name).Folder, ".PublicAPI");
        var declared = File.ReadLines(Path.Combine(folder, "PublicAPI.Shipped.txt"))
            .Concat(File.ReadLines(Path.Combine(folder, "PublicAPI.Unshipped.txt")))
            .ToHashSet(StringComparer.Ordinal);
        Assert.Empty(PublicTypes(name).Select(Declaration).Except(declared));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Every_public_class_is_sealed_abstract_or_static(string name) =>
        Assert.Empty(PublicTypes(name).Where(type => type.IsClass && !type.IsSealed && !type.IsAbstract).Select(type => type.FullName));

    [Theory]
    [MemberData(nameof(Libraries))]
    public void No_public_method_has_more_than_four_parameters_besides_the_token(string name)
    {
        var methods = PublicTypes(name)
            .Where(type => !typeof(Delegate).IsAssignableFrom(type))
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => !method.IsSpecialName && method.Name != "Deconstruct")
            .Where(method => method.GetParameters().Count(p => p.ParameterType != typeof(CancellationToken)) > 4)
            .Select(method => $"{method.DeclaringType!.FullName}.{method.Name}");
        Assert.Empty(methods);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void No_public_member_speaks_in_tuples(string name)
    {
        var members = PublicTypes(name)
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => method.GetParameters().Select(p => p.ParameterType).Append(method.ReturnType).Any(HoldsTuple))
            .Select(method => $"{method.DeclaringType!.FullName}.{method.Name}");
        Assert.Empty(members);
    }

    private static Type[] PublicTypes(string product) => Assembly.Load(product).GetExportedTypes();

    private static bool HoldsTuple(Type type) =>
        (type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) ?? false)
        || (type.IsGenericType && type.GetGenericArguments().Any(HoldsTuple))
        || (type.HasElementType && HoldsTuple(type.GetElementType()!));

    private static string Declaration(Type type)
    {
        var name = type.FullName!.Replace('+', '.');
        return type.IsGenericTypeDefinition
            ? $"{name[..name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(a => a.Name))}>"
            : name;
    }
}
