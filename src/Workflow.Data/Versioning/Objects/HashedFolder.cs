namespace Workflow.Data.Versioning.Objects;

/// <summary>What a folder was recorded as.</summary>
/// <param name="Md5">The hash of the list of its files.</param>
/// <param name="FileCount">How many files it lists.</param>
internal readonly record struct HashedFolder(Md5Hash Md5, int FileCount);
