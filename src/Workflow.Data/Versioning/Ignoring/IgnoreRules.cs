using System.Collections.Immutable;
using System.Text;

namespace Workflow.Data.Versioning.Ignoring;

/// <summary>The <c>.dvcignore</c> files of a workspace and DVC's built-in rules. One walk uses one instance. Safe for concurrent use.</summary>
internal sealed class IgnoreRules
{
    internal const string FileName = ".dvcignore";
    private readonly string _root;
    private readonly bool _skipsNestedRepositories;
    private readonly Dictionary<string, ImmutableArray<IgnorePattern>> _byFolder = new(StringComparer.Ordinal);

    /// <param name="root">The repository's root.</param>
    /// <param name="skipsNestedRepositories">Whether folders with a <c>.dvc</c> folder of their own are ignored.</param>
    public IgnoreRules(string root, bool skipsNestedRepositories) => (_root, _skipsNestedRepositories) = (root, skipsNestedRepositories);

    /// <summary>Whether a path, or a folder above it, is ignored.</summary>
    /// <param name="path">Relative to the root, with <c>/</c>.</param>
    /// <param name="isFolder">Whether it is a folder.</param>
    /// <param name="source">The line that decided.</param>
    public bool IsIgnored(string path, bool isFolder, out string source)
    {
        var parts = path.Split('/');
        var slash = path.LastIndexOf('/');
        return IsIgnored(RulesOf(slash < 0 ? "" : path[..slash]), parts, isFolder, firstLength: 1, out source);
    }

    /// <summary>Tells which folders a folder holds, so that it need not be read again for nested repositories.</summary>
    public void Enter(string folder, IEnumerable<string> children)
    {
        lock (_byFolder)
        {
            if (!_byFolder.ContainsKey(folder))
            {
                _byFolder[folder] = Read(folder, children);
            }
        }
    }

    /// <summary>Whether only the built-in rules hold for the entries of a folder.</summary>
    public bool IsPlain(string folder) => RulesOf(folder).IsEmpty;

    /// <summary>Whether an entry of a folder that is not ignored itself is ignored.</summary>
    /// <param name="folder">Relative to the root, with <c>/</c>; empty for the root.</param>
    /// <param name="name">The entry.</param>
    /// <param name="isFolder">Whether the entry is a folder.</param>
    public bool IsEntryIgnored(string folder, string name, bool isFolder)
    {
        var rules = RulesOf(folder);
        if (rules.IsEmpty)
        {
            return IsBuiltIn(name, isFolder);
        }

        var parts = folder.Length == 0 ? [name] : $"{folder}/{name}".Split('/');
        return IsIgnored(rules, parts, isFolder, parts.Length, out _);
    }

    private static bool IsIgnored(ImmutableArray<IgnorePattern> rules, string[] parts, bool isFolder, int firstLength, out string source)
    {
        for (var length = firstLength; length <= parts.Length; length++)
        {
            var isPartFolder = isFolder || length < parts.Length;
            var last = rules.Length - 1;
            while (last >= 0 && !rules[last].Matches(parts.AsSpan(0, length), isPartFolder))
            {
                last--;
            }

            if (last >= 0 ? !rules[last].IsNegated : IsBuiltIn(parts[length - 1], isPartFolder))
            {
                source = last >= 0 ? rules[last].Source : $"the built-in rule for {parts[length - 1]}";
                return true;
            }
        }

        source = "";
        return false;
    }

    // They come before all lines of files, which can therefore take them back.
    internal static bool IsBuiltIn(string name, bool isFolder) => name is ".git" || (isFolder && name is ".hg" or ".dvc");

    // The rules of a folder hold those of all folders above it, rewritten to be relative to the root.
    private ImmutableArray<IgnorePattern> RulesOf(string folder)
    {
        lock (_byFolder)
        {
            if (_byFolder.TryGetValue(folder, out var known))
            {
                return known;
            }

            var full = Path.Combine(_root, folder);
            var children = _skipsNestedRepositories && Directory.Exists(full) ? Directory.EnumerateDirectories(full).Select(static c => Path.GetFileName(c)) : [];
            return _byFolder[folder] = Read(folder, children);
        }
    }

    private ImmutableArray<IgnorePattern> Read(string folder, IEnumerable<string> children)
    {
        var slash = folder.LastIndexOf('/');
        var rules = folder.Length == 0 ? [] : RulesOf(slash < 0 ? "" : folder[..slash]);
        var path = Path.Combine(_root, folder, FileName);
        if (File.Exists(path) && !IsIgnored(rules, (folder.Length == 0 ? FileName : $"{folder}/{FileName}").Split('/'), isFolder: false, 1, out _))
        {
            rules = rules.AddRange(ReadFile(path, folder));
        }

        foreach (var name in _skipsNestedRepositories ? children : [])
        {
            if (Directory.Exists(Path.Combine(_root, folder, name, ".dvc")))
            {
                var text = folder.Length == 0 ? $"/{name}/" : $"/{folder}/{name}/";
                rules = IgnorePattern.TryCreate(text, $"in the nested repository {name}") is { } rule ? rules.Add(rule) : rules;
            }
        }

        return rules;
    }

    private static IEnumerable<IgnorePattern> ReadFile(string path, string folder)
    {
        var lines = Encoding.UTF8.GetString(File.ReadAllBytes(path)).ReplaceLineEndings("\n").Split('\n');
        var name = folder.Length == 0 ? FileName : $"{folder}/{FileName}";
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length > 0 && line[0] != '#')
            {
                var text = folder.Length == 0 ? line : IgnorePattern.Rebase(line, folder);
                if (IgnorePattern.TryCreate(text, $"{name}:{i + 1}:{line}") is { } pattern)
                {
                    yield return pattern;
                }
            }
        }
    }
}
