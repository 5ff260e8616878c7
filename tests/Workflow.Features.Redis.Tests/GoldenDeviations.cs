namespace Workflow.Features.Redis.Tests;

/// <summary>Where this package does not do what Feast did, and why. A step that is listed must differ: the list cannot grow stale.</summary>
internal static class GoldenDeviations
{
    /// <summary>Scenario and number of the step, whose dump differs.</summary>
    public static IReadOnlyDictionary<(string Id, int Step), string> Steps { get; } = new Dictionary<(string, int), string>
    {
        [("overwrite-epoch", 1)] = "Feast: a stored time at or before 1970 protects nothing. Here it protects like any other.",
        [("overwrite-epoch", 2)] = "the same",
        [("overwrite-epoch", 3)] = "the same",
        [("skip-dedup", 0)] = "Feast's skip_dedup writes older rows over newer ones. There is no such option here.",
        [("skip-dedup", 1)] = "the same",
        [("created-write", 1)] = "a correction, the same event time known later, is lost in Feast. Here it wins.",
        [("created-write", 3)] = "the same, inside a batch",
    };

    /// <summary>Steps whose input this package cannot express or refuses, and why.</summary>
    public static IReadOnlyDictionary<(string Id, int Step), string> Refused { get; } = new Dictionary<(string, int), string>
    {
        [("key-bad", 2)] = "a float is no int64 key",
        [("key-bad", 3)] = "text is no int64 key",
        [("key-bad", 6)] = "a bool is no int64 key",
        [("key-bad", 9)] = "a number is no text key",
        [("key-bad", 10)] = "the same",
        [("key-bad", 11)] = "the same",
    };

    /// <summary>Views that have no definition here, and why.</summary>
    public static IReadOnlyDictionary<(string Id, string View), string> Views { get; } = new Dictionary<(string, string), string>
    {
        [("key-unix_timestamp", "stats")] = "entity keys here are text, int32, int64, guid and bytes",
        [("shared-hash", "vüe")] = "names here are a to z, 0 to 9 and _",
    };

    /// <summary>Whole scenarios that are about something else than what is stored, and why.</summary>
    public static IReadOnlyDictionary<string, string> Scenarios { get; } = new Dictionary<string, string>
    {
        ["created-materialize"] = "replayed by the tests of materialising",
        ["entityless"] = "replayed by the tests of materialising; its dump is read here",
        ["versioned-names"] = "an alpha of Feast, off by default: fields of name_vN. Versions here are digests",
        ["odfv-write"] = "features on demand are computed at the read and never stored",
        ["push"] = "a push goes to a source; here each view is written by itself",
        ["schema-change"] = "a changed definition is another digest: it is replaced as a whole. Its dumps are read here",
        ["delete-view"] = "deleting views is not this store's; what is left is read here",
        ["delete-suffix-project"] = "Feast deletes the keys of another project",
        ["delete-glob"] = "Feast misses keys with glob characters",
    };
}
