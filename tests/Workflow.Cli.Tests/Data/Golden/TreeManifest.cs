using System.Security.Cryptography;
using System.Text.Json;

namespace Workflow.Cli.Tests.Data.Golden;

/// <summary>Compares a folder with the manifest of a golden state: kinds, modes, contents, links.</summary>
internal static class TreeManifest
{
    public static List<string> Differences(string folder, string goldenBase, IEnumerable<JsonElement> expectedEntries)
    {
        var expected = expectedEntries.Where(static e => !IsLitter(e.GetProperty("path").GetString()!)).ToDictionary(static e => e.GetProperty("path").GetString()!, StringComparer.Ordinal);
        var actual = List(folder, "").Where(static p => !IsLitter(p)).ToHashSet(StringComparer.Ordinal);
        var differences = actual.Except(expected.Keys).Select(static p => $"{p}: not expected").ToList();
        foreach (var (path, entry) in expected)
        {
            if (!actual.Contains(path))
            {
                differences.Add($"{path}: missing");
                continue;
            }

            var difference = Compare(folder, goldenBase, path, entry);
            if (difference is not null)
            {
                differences.Add($"{path}: {difference}");
            }
        }

        return differences;
    }

    // What DVC leaves behind under random names is no part of its format.
    private static bool IsLitter(string path) => path.Contains("TEMPORARY-NAME", StringComparison.Ordinal);

    private static string? Compare(string folder, string goldenBase, string path, JsonElement entry)
    {
        var full = Path.Combine(folder, path);
        FileSystemInfo info = Directory.Exists(full) ? new DirectoryInfo(full) : new FileInfo(full);
        var actual = info.LinkTarget is not null ? "symlink" : info is DirectoryInfo ? "dir" : "file";
        var kind = entry.GetProperty("kind").GetString();
        if (kind == "symlink")
        {
            var target = entry.GetProperty("target").GetString()!.Replace(goldenBase, folder, StringComparison.Ordinal);
            return info.LinkTarget == target ? null : $"expected a link to {target}, got {actual} {info.LinkTarget}";
        }

        var mode = OperatingSystem.IsWindows() ? "" : Convert.ToString((int)info.UnixFileMode, 8);
        var expectedMode = entry.GetProperty("mode").GetString()!.TrimStart('0');
        if (actual != kind || mode != expectedMode)
        {
            return $"expected {kind} {expectedMode}, got {actual} {mode}";
        }

        if (kind == "dir")
        {
            return null;
        }

        if (entry.TryGetProperty("hardlinkOf", out var other) && !SameFile.Is(full, Path.Combine(folder, other.GetString()!)))
        {
            return $"expected another name of {other.GetString()}";
        }

        var bytes = File.ReadAllBytes(full);
        return Convert.ToHexStringLower(SHA256.HashData(bytes)) == entry.GetProperty("sha256").GetString()
            ? null
            : $"expected other bytes, got\n{System.Text.Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 400)])}\nnot\n{(entry.TryGetProperty("text", out var text) ? text.GetString() : "(not kept)")}";
    }

    private static IEnumerable<string> List(string folder, string prefix)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = FileAttributes.None, MatchType = MatchType.Simple }))
        {
            var path = prefix + entry.Name;
            if (entry.Name == ".git" || path.EndsWith(".dvc/tmp", StringComparison.Ordinal))
            {
                continue;
            }

            yield return path;
            if (entry is DirectoryInfo { LinkTarget: null })
            {
                foreach (var below in List(entry.FullName, path + "/"))
                {
                    yield return below;
                }
            }
        }
    }
}
