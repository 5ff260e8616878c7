namespace Workflow.Cli.Tests.Data.Golden;

/// <summary>The golden steps whose answer differs from DVC's on purpose, or that one process cannot replay, each with the reason.</summary>
internal static class GoldenDeviations
{
    private const string GitPaths = "DVC reads names with # and ? wrongly from git";
    private const string UpperCase = "an upper-case md5 is refused with its place; DVC calls it modified";
    private const string NoHash = "an md5 that is none is refused; DVC makes a path of it";
    private const string Traversal = "a list of files that leads out of its folder, or names a path twice, is refused";
    private const string Separators = "DVC reads another name back; refused";
    private const string Damaged = "DVC shows names out of a list whose other entries are damaged; ours is unknown as a whole";
    private const string Process = "needs another process; see RealDvcTests and DataRepositoryTests of Workflow.Data.Tests";
    private const string Memory = "DVC answers from its memory outside the repository (error cases were not replayed fresh)";
    private const string PartialImport = "needs DVC's memory of what an import without content holds";
    private const string Keeps = "what is there is kept when content is missing; DVC deletes the output";
    private const string Outside = "a path outside the repository is refused; DVC is silent about it";
    private const string Comments = "comments in the settings are kept; DVC drops them";
    private const string Merge = "a merge key cannot be kept and is refused";

    private static readonly Dictionary<string, Dictionary<int, string>> Known = new(StringComparer.Ordinal)
    {
        ["file-names"] = new() { [16] = GitPaths, [17] = GitPaths, [22] = GitPaths, [23] = GitPaths, [30] = GitPaths, [31] = GitPaths },
        ["file-control-names"] = new() { [7] = Separators, [8] = Separators },
        ["metafile-retained"] = new()
        {
            [4] = "with comments only the recorded values change; DVC also rewrites quotes and indents",
            [42] = UpperCase,
            [43] = UpperCase,
            [46] = UpperCase,
        },
        ["import-url"] = new() { [24] = PartialImport, [33] = PartialImport, [52] = PartialImport },
        ["config-broken"] = new() { [2] = "settings are written as UTF-8; DVC fails on other letters than ASCII and leaves an empty file" },
        ["config-remotes"] = new() { [39] = "refused before anything is written; DVC writes one file, then fails because config.local names the remote, too", [50] = Comments },
        ["checkout-conflicts"] = new() { [32] = Keeps, [50] = Keeps },
        ["cache-types"] = new() { [35] = "a file that cannot be relinked is kept; DVC deletes it" },
        ["bad-paths"] = new() { [2] = Outside, [5] = Outside, [8] = Outside, [20] = Outside, [35] = Memory, [38] = Memory, [41] = Memory },
        ["bad-metafile"] = new()
        {
            [172] = Merge,
            [205] = "nothing is written for an output without content; DVC makes its folder, then fails",
            [209] = Outside,
            [33] = UpperCase,
            [35] = UpperCase,
            [43] = NoHash,
            [45] = NoHash,
            [48] = NoHash,
            [50] = NoHash,
            [78] = "an output under another hash than md5 is refused; DVC writes a SHA-256 under the key md5",
            [171] = Merge,
            [173] = Merge,
            [178] = "the tag !!str is kept; DVC drops it",
            [208] = "a path outside the repository is refused; DVC is silent about it",
            [220] = Memory,
        },
        ["truncated-dir"] = new() { [6] = Keeps, [45] = Damaged, [49] = Damaged, [65] = Damaged },
        ["traversal-dir"] = new Dictionary<int, string>(new[] { 4, 5, 6, 9, 10, 11, 14, 15, 16, 19, 20, 21, 24, 25, 26, 29, 30, 31, 34, 35, 39, 44, 49, 64, 65, 69, 70, 73, 74 }.ToDictionary(static n => n, static _ => Traversal))
        {
            [83] = "a list of files has no executable bits: DVC writes none, but reads them",
        },
        ["lock-held"] = new() { [4] = Process, [10] = Process, [12] = Process, [13] = Process },
        ["ignore-inside"] = new() { [13] = "a folder that is a repository of its own is refused; DVC records it as empty" },
        ["corrupt-object"] = new() { [6] = "an object of the wrong size is refused; DVC checks wrong bytes out because it is read-only", [14] = Memory, [20] = "an object of the wrong size is replaced; DVC trusts it because it is read-only" },
    };

    public static IReadOnlyDictionary<int, string> Of(string id) => Known.GetValueOrDefault(id) ?? [];
}
