using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Workflow.Data.Storage;
using Workflow.Numerics.Random;

// Published with native AOT by a test: touches what Workflow.Numerics and Workflow.Data claim to do without a just-in-time compiler.
var folder = Directory.CreateTempSubdirectory("workflow-aot-").FullName;
try
{
    var random = new Philox(42, "aot");
    var rows = new double[1000];
    for (var i = 0; i < rows.Length; i++)
    {
        rows[i] = random.NextDouble();
    }

    var score = rows.Average();

    var services = new ServiceCollection();
    services.AddWorkflowData(o => o.Root = folder);
    await using var provider = services.BuildServiceProvider();
    var store = provider.GetRequiredService<IObjectStore>();
    using var content = new MemoryStream(Encoding.UTF8.GetBytes(score.ToString("R", CultureInfo.InvariantCulture)));
    var digest = await store.PutAsync(content);
    await using var read = await store.OpenReadAsync(digest);
    using var reader = new StreamReader(read);
    var back = double.Parse(await reader.ReadToEndAsync(), CultureInfo.InvariantCulture);

    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"score {score:R}, stored as {digest}"));
    return back.Equals(score) ? 0 : 1;
}
finally
{
    Directory.Delete(folder, recursive: true);
}
