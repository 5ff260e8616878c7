using System.Diagnostics;
using System.Globalization;
using ParquetIngest;
using Workflow.Data.Tables;
using Workflow.Repository;

// Reads a Parquet file into Arrow with Workflow.Data, with ParquetSharp and with Parquet.Net (the plain way), in turns in this process, and
// compares processor seconds.
// ParquetIngest [FILE] [--repeats N] [--max-ratio R] [--dictionary]
// Exit codes: 0 fast enough, 1 slower than the ratio or other values, 2 bad usage, 3 the file is not on this machine.
var repeats = 15;
var maximumRatio = 1.5;
string? file = null;
var dictionary = false;
for (var i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--repeats" when i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out repeats) && repeats > 0:
        case "--max-ratio" when i + 1 < args.Length && double.TryParse(args[i + 1], CultureInfo.InvariantCulture, out maximumRatio) && maximumRatio > 0:
            i++;
            break;
        case "--dictionary":
            dictionary = true;
            break;
        case var name when !name.StartsWith('-') && file is null:
            file = name;
            break;
        default:
            Console.Error.WriteLine($"'{args[i]}' is not understood. Usage: ParquetIngest [FILE] [--repeats N] [--max-ratio R] [--dictionary]");
            return 2;
    }
}

file ??= SharedFolder.Find("data/flights/flights-3m.parquet");
if (file is null || !File.Exists(file))
{
    Console.Error.WriteLine($"There is no file '{file ?? "../shared/data/flights/flights-3m.parquet"}'; name a Parquet file.");
    return 3;
}

var difference = await EqualValues.FindDifferenceAsync(file);
if (difference is not null)
{
    Console.Error.WriteLine($"The two readers differ: {difference}");
    return 1;
}

Console.WriteLine($"{Path.GetFileName(file)}: both readers give equal values. {repeats} rounds, in turns:");
var ours = new List<double>();
var theirs = new List<double>();
var plain = new List<double>();
for (var round = 0; round <= repeats; round++)
{
    var peer = await MeasureAsync(() => PeerReader.ReadAsync(file));
    var own = await MeasureAsync(() => ReadOwnAsync(file, dictionary));
    var baseline = await MeasureAsync(() => BaselineReader.ReadAsync(file));
    if (round > 0)
    {
        // The first round pays for compilation on all sides and is not counted.
        ours.Add(own);
        theirs.Add(peer);
        plain.Add(baseline);
    }
}

Print("Workflow.Data", ours);
Print("ParquetSharp", theirs);
Print("Parquet.Net", plain);
var ratio = Median(ours) / Median(theirs);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio {ratio:0.00} of medians, {ours.Min() / theirs.Min():0.00} of minima; limit {maximumRatio:0.00}; Parquet.Net takes {Median(plain) / Median(theirs):0.00} of ParquetSharp"));
return ratio <= maximumRatio ? 0 : 1;

static async Task<double> MeasureAsync(Func<Task<long>> read)
{
    GC.Collect();
    var before = Process.GetCurrentProcess().TotalProcessorTime;
    var rows = await read();
    var seconds = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
    return rows > 0 ? seconds : throw new InvalidOperationException("The file has no rows to measure.");
}

static async Task<long> ReadOwnAsync(string file, bool dictionary)
{
    var rows = 0L;
    var table = await ParquetTable.OpenAsync(file, new ParquetReadOptions { DictionaryStrings = dictionary });
    await foreach (var batch in table.ReadAsync())
    {
        using (batch)
        {
            rows += batch.Length;
        }
    }

    return rows;
}

static double Median(List<double> values)
{
    var sorted = values.Order().ToList();
    return (sorted[sorted.Count / 2] + sorted[(sorted.Count - 1) / 2]) / 2;
}

static void Print(string name, List<double> values) =>
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-14} {values.Min():0.000} s CPU at best, {Median(values):0.000} s median"));
