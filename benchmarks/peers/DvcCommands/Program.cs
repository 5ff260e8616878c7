using System.Globalization;
using DvcCommands;

// Whole commands, start-up included, on the same files in turns: the workflow tool, the real DVC, md5sum and cp.
// DvcCommands [--files N] [--bytes N] [--repeats N] [--folder DIR] [--tool PATH] [--only-ours] [--enforce]
// Exit codes: 0 done (with --enforce: within the limits), 1 not within them, 2 bad usage, 3 the real DVC or the tool is not on this machine.
// Limits, in processor seconds of medians: add <= md5sum + cp + 0.4; checkout <= cp + 0.4; a no-op status <= a third of DVC's.
var files = 2_000;
var bytes = 10_240;
var repeats = 3;
var onlyOurs = false;
var enforce = false;

// In memory, where there is such a folder: a disk's writing back would be measured with whoever comes next.
var parent = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

// As it is packed; without a package, as it is built.
var packed = Path.Combine(AppContext.BaseDirectory, "../../../publish/Workflow.Cli/release_linux-x64/workflow");
var tool = File.Exists(packed) ? packed : Path.Combine(AppContext.BaseDirectory, "../../Workflow.Cli/release/workflow");
for (var i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--files" when i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out files) && files > 0:
        case "--bytes" when i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out bytes) && bytes is >= 8 and < 1 << 20:
        case "--repeats" when i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out repeats) && repeats > 0:
            i++;
            break;
        case "--folder" when i + 1 < args.Length:
            parent = args[++i];
            break;
        case "--tool" when i + 1 < args.Length:
            tool = args[++i];
            break;
        case "--enforce":
            enforce = true;
            break;
        case "--only-ours":
            onlyOurs = true;
            break;
        default:
            Console.Error.WriteLine($"'{args[i]}' is not understood. Usage: DvcCommands [--files N] [--bytes N] [--repeats N] [--folder DIR] [--tool PATH] [--only-ours] [--enforce]");
            return 2;
    }
}

var peers = Environment.GetEnvironmentVariable("WORKFLOW_PEERS") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "workflow", "peers");
var dvc = Path.Combine(peers, "bin", "dvc");
if (!File.Exists(tool) || (!onlyOurs && !File.Exists(dvc)))
{
    Console.Error.WriteLine($"Needs the tool at '{Path.GetFullPath(tool)}' and the real DVC at '{dvc}' (../shared/peers/install.sh DIRECTORY, then WORKFLOW_PEERS=DIRECTORY).");
    return 3;
}

tool = Path.GetFullPath(tool);
var folder = Directory.CreateDirectory(Path.Combine(parent, $"dvc-commands-{Environment.ProcessId}")).FullName;
try
{
    Measured.Run(folder, "git init -q .");
    Measured.Run(folder, $"'{tool}' data init -q");
    Write(Path.Combine(folder, "data"), files, bytes);

    await SettleAsync();
    var rows = new Dictionary<string, List<Measured>>(StringComparer.Ordinal);
    for (var round = 0; round < repeats; round++)
    {
        const string Reset = "rm -rf .dvc/cache .dvc/tmp data.dvc .gitignore copy";
        Measured.Run(folder, Reset);
        Note("md5sum", Measured.Run(folder, "find data -type f -print0 | xargs -0 md5sum"));
        Note("cp", Measured.Run(folder, "cp -r data copy"));
        if (!onlyOurs)
        {
            Note("dvc add", Measured.Run(folder, $"'{dvc}' add -q data"));
            Note("dvc status", Measured.Run(folder, $"'{dvc}' status"));
            Note("dvc data status", Measured.Run(folder, $"'{dvc}' data status"));
            Measured.Run(folder, "rm -rf data");
            Note("dvc checkout", Measured.Run(folder, $"'{dvc}' checkout -q"));
            Measured.Run(folder, Reset);
        }

        Note("workflow add", Measured.Run(folder, $"'{tool}' data add -q data"));
        Note("workflow add, no change", Measured.Run(folder, $"'{tool}' data add -q data"));
        Measured.Run(folder, $"'{tool}' data status");
        Note("workflow data status", Measured.Run(folder, $"'{tool}' data status"));
        Measured.Run(folder, "rm -rf data");
        Note("workflow checkout", Measured.Run(folder, $"'{tool}' data checkout -q"));
        await SettleAsync();
    }

    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{files:N0} files of {bytes:N0} bytes, medians of {repeats} rounds in turns:"));
    foreach (var (name, rounds) in rows)
    {
        var median = Measured.Median(rounds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24} {median.Cpu,7:0.000} s CPU {median.Wall,7:0.000} s wall"));
    }

    var beyond = Cpu("workflow add") - Cpu("md5sum") - Cpu("cp");
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"add: md5sum + cp {(beyond < 0 ? "-" : "+")} {Math.Abs(beyond):0.00} s CPU (limit + 0.40)"));
    var beyondCopy = Cpu("workflow checkout") - Cpu("cp");
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"checkout: cp {(beyondCopy < 0 ? "-" : "+")} {Math.Abs(beyondCopy):0.00} s CPU (limit + 0.40)"));
    var isFast = beyond <= 0.4 && beyondCopy <= 0.4;
    if (!onlyOurs)
    {
        var ratio = Cpu("workflow data status") / Math.Min(Cpu("dvc status"), Cpu("dvc data status"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"no-op status: {ratio:0.00} of DVC's (limit 0.33); add: {Cpu("workflow add") / Cpu("dvc add"):0.00} of DVC's"));
        isFast &= ratio <= 1 / 3.0;
    }

    return isFast || !enforce ? 0 : 1;

    double Cpu(string name) => Measured.Median(rows[name]).Cpu;

    void Note(string name, Measured measured)
    {
        if (!rows.TryGetValue(name, out var rounds))
        {
            rows[name] = rounds = [];
        }

        rounds.Add(measured);
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}

// What was touched within two seconds is hashed again by every status.
static Task SettleAsync() => Task.Delay(TimeSpan.FromSeconds(2.5), TimeProvider.System);

static void Write(string folder, int files, int bytes)
{
    var noise = new byte[1 << 21];
    for (var i = 0; i < noise.Length; i++)
    {
        noise[i] = (byte)((i * 2654435761L) >> 13);
    }

    for (var i = 0; i < files; i++)
    {
        var inside = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"d{i / 1000:0000}"));
        Directory.CreateDirectory(inside);
        var content = noise.AsSpan(i * 7919 % (1 << 20), bytes).ToArray();
        BitConverter.TryWriteBytes(content, (long)i);
        File.WriteAllBytes(Path.Combine(inside, string.Create(CultureInfo.InvariantCulture, $"f{i:0000000}.bin")), content);
    }
}
