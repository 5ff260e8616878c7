using System.CommandLine;
using System.Text.Json.Nodes;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary>The answer of commands that record outputs.</summary>
internal static class AddedText
{
    public static async Task WriteAsync(CommandHost host, ParseResult parsed, DataAddResult added, bool isJson)
    {
        if (isJson)
        {
            await host.WriteJsonAsync(new JsonObject
            {
                ["outputs"] = new JsonArray([.. added.Outputs.Select(o => (JsonNode)new JsonObject
                {
                    ["path"] = o.Path,
                    ["dvc"] = o.MetafilePath,
                    ["md5"] = o.Md5,
                    ["size"] = o.Size,
                    ["nfiles"] = o.FileCount,
                    ["changed"] = o.IsChanged,
                })]),
                ["newObjects"] = added.NewObjects,
                ["newBytes"] = added.NewBytes,
            });
            return;
        }

        foreach (var output in added.Outputs)
        {
            await host.Output.WriteLineAsync($"{output.MetafilePath}  {output.Md5}");
        }

        await GitNote.WriteAsync(host, parsed, added.FilesForGit, added.IsStaged);
    }
}
