namespace Workflow.Data.Metadata;

/// <summary>Runs the scripts that a database lacks, and refuses a database that has others.</summary>
internal static class MigrationJournal
{
    public static Task ApplyAsync(MetadataDatabase database, MetadataMigrations migrations, CancellationToken cancellationToken) =>
        // One write transaction: of two processes that start at the same time, the second finds everything done.
        database.WriteAsync(
            async (transaction, token) =>
            {
                await transaction.ExecuteAsync(
                    $"""
                    CREATE TABLE IF NOT EXISTS data_migrations (
                        package TEXT NOT NULL, number BIGINT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, applied_at BIGINT NOT NULL,
                        PRIMARY KEY (package, number))
                    """,
                    token).ConfigureAwait(false);
                var applied = await transaction.QueryAsync(
                    $"SELECT number, name, digest FROM data_migrations WHERE package = {migrations.Package} ORDER BY number",
                    static row => (Number: row.GetInt64(0), Name: row.GetText(1), Digest: row.GetText(2)),
                    token).ConfigureAwait(false);

                var problems = new List<string>();
                for (var i = 0; i < applied.Length; i++)
                {
                    var (number, name, digest) = applied[i];
                    if (number > migrations.Scripts.Length)
                    {
                        problems.Add($"it has the tables of a newer {migrations.Package} (step {number}, '{name}'; this version knows {migrations.Scripts.Length}).");
                    }
                    else if (number != i + 1 || migrations.Scripts[i].Digest.ToString() != digest)
                    {
                        problems.Add($"step {number} ('{name}', {digest}) of {migrations.Package} ran in place of step {i + 1} ('{migrations.Scripts[i].Name}', {migrations.Scripts[i].Digest}).");
                    }
                }

                if (problems.Count > 0)
                {
                    throw new MetadataException(database.Place, $"{string.Join(" ", problems)} Use the version of the package that wrote it, or a newer one.");
                }

                foreach (var script in migrations.Scripts.Skip(applied.Length))
                {
                    await transaction.RunScriptAsync(database.Translate(script.Script), token).ConfigureAwait(false);
                    await transaction.ExecuteAsync(
                        $"""
                        INSERT INTO data_migrations (package, number, name, digest, applied_at)
                        VALUES ({migrations.Package}, {script.Number}, {script.Name}, {script.Digest}, {transaction.Now})
                        """,
                        token).ConfigureAwait(false);
                }

                return true;
            },
            cancellationToken);
}
