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
    private const string Keeps = "what is there is kept when content is missing; DVC deletes the output";
    private const string Outside = "a path outside the repository is refused; DVC is silent about it";
    private const string Comments = "comments in the settings are kept; DVC drops them";
    private const string Merge = "a merge key cannot be kept and is refused";

    private const string Trust = "DVC takes the files of a list in the remote to be there without a look; ours are looked for, and pushed again";
    private const string OtherRevisions = "DVC reads a relative url in another revision from the root of the file system: it pushes to and fetches from /remote";
    private const string SharedContent = "several paths have the content; DVC names the one that its walk of the folder finds first";

    private static readonly Dictionary<string, Dictionary<int, string>> Known = new(StringComparer.Ordinal)
    {
        ["file-names"] = new() { [16] = GitPaths, [18] = GitPaths, [24] = GitPaths, [32] = GitPaths, [17] = GitPaths, [22] = GitPaths, [23] = GitPaths, [25] = GitPaths, [30] = GitPaths, [31] = GitPaths },
        ["file-control-names"] = new() { [7] = Separators, [8] = Separators },
        ["metafile-retained"] = new()
        {
            [40] = UpperCase,
            [41] = UpperCase,
            [44] = UpperCase,
            [42] = UpperCase,
            [43] = UpperCase,
            [46] = UpperCase,
        },
        ["gc"] = new() { [15] = OtherRevisions, [32] = OtherRevisions, [40] = OtherRevisions },
        ["config-broken"] = new() { [2] = "settings are written as UTF-8; DVC fails on other letters than ASCII and leaves an empty file" },
        ["config-remotes"] = new() { [39] = "refused before anything is written; DVC writes one file, then fails because config.local names the remote, too", [50] = Comments },
        ["move-remove"] = new() { [23] = "nothing is moved onto what exists; DVC strands the data under a temporary name, then fails" },
        ["checkout-conflicts"] = new() { [32] = Keeps, [50] = Keeps },
        ["cache-types"] = new() { [35] = "a file that cannot be relinked is kept; DVC deletes it" },
        ["bad-paths"] = new() { [2] = Outside, [5] = Outside, [8] = Outside, [20] = Outside, [35] = Memory, [38] = Memory, [41] = Memory },
        ["import-url"] = new() { [46] = Keeps },
        ["missing-remote"] = new() { [7] = Trust, [10] = Memory, [16] = Memory },
        ["file-empty"] = new() { [9] = SharedContent, [29] = SharedContent },
        ["push-pull"] = new() { [22] = OtherRevisions, [23] = OtherRevisions, [24] = OtherRevisions, [27] = OtherRevisions, [32] = OtherRevisions, [34] = Trust, [39] = Trust, [47] = Trust, [51] = Trust, [52] = Trust },
        ["subdirs"] = new() { [5] = SharedContent, [10] = SharedContent, [17] = SharedContent },
        ["same-content"] = new() { [3] = SharedContent },
        ["data-status"] = new() { [53] = "remotes are asked in any case; DVC answers from its memory, here an empty one" },
        ["import-repo"] = new() { [28] = Keeps },
        ["bad-metafile"] = new()
        {
            [172] = Merge,
            [205] = "nothing is written for an output without content; DVC makes its folder, then fails",
            [209] = Outside,
            [32] = UpperCase,
            [33] = UpperCase,
            [35] = UpperCase,
            [42] = NoHash,
            [43] = NoHash,
            [45] = NoHash,
            [47] = NoHash,
            [48] = NoHash,
            [50] = NoHash,
            [78] = "an output under another hash than md5 is refused; DVC writes a SHA-256 under the key md5",
            [170] = Merge,
            [171] = Merge,
            [173] = Merge,
            [178] = "the tag !!str is kept; DVC drops it",
            [207] = "a path outside the repository is refused; DVC calls it deleted",
            [208] = "a path outside the repository is refused; DVC is silent about it",
            [220] = Memory,
        },
        ["truncated-dir"] = new() { [6] = Keeps, [45] = Damaged, [49] = Damaged, [65] = Damaged },
        ["traversal-dir"] = new Dictionary<int, string>(new[] { 3, 4, 5, 6, 8, 9, 10, 11, 13, 14, 15, 16, 18, 19, 20, 21, 23, 24, 25, 26, 28, 29, 30, 31, 33, 34, 35, 38, 39, 43, 44, 48, 49, 63, 64, 65, 68, 69, 70, 72, 73, 74 }.ToDictionary(static n => n, static _ => Traversal))
        {
            [83] = "a list of files has no executable bits: DVC writes none, but reads them",
        },
        ["lock-held"] = new() { [4] = Process, [5] = Process, [10] = Process, [12] = Process, [13] = Process },
        ["ignore-inside"] = new() { [13] = "a folder that is a repository of its own is refused; DVC records it as empty" },
        ["corrupt-object"] = new() { [15] = "a damaged object is not pushed; DVC pushes it because it is read-only", [6] = "an object of the wrong size is refused; DVC checks wrong bytes out because it is read-only", [7] = Memory, [9] = Memory, [12] = Memory, [14] = Memory, [18] = Memory, [21] = Memory, [20] = "an object of the wrong size is replaced; DVC trusts it because it is read-only" },
    };

    public static IReadOnlyDictionary<int, string> Of(string id) => Known.GetValueOrDefault(id) ?? [];
}
