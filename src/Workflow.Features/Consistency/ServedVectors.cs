using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Features.Joins;
using Workflow.Features.Online;
using Workflow.Features.Views;

namespace Workflow.Features.Consistency;

/// <summary>The rows of a serving log: what was asked, what was answered, and by which definitions.</summary>
public static class ServedVectors
{
    /// <summary>The name of the column with the digest of the feature service that answered: text.</summary>
    public const string Digest = "feature_service_digest";

    /// <summary>The name of the column with the moment of the read, where an answer is logged: <c>timestamp[us, UTC]</c>.</summary>
    public const string ReadAt = "feature_read_at";

    /// <summary>Puts an answer beside its requests: keys, time and inputs of on-demand features, the digest, then the features.</summary>
    /// <param name="service">Answered.</param>
    /// <param name="requests">Borrowed. Other columns than those needed to ask again are left out.</param>
    /// <param name="timeColumn">The moment of each read.</param>
    /// <param name="answer">One row a request, with the features of the service. Borrowed.</param>
    /// <returns>A batch that the caller disposes; it shares the memory of both.</returns>
    /// <exception cref="SchemaMismatchException">A column is missing or of another type; all are listed.</exception>
    /// <exception cref="ArgumentException">The answer has another number of rows.</exception>
    public static RecordBatch Of(FeatureService service, RecordBatch requests, string timeColumn, RecordBatch answer)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(timeColumn);
        ArgumentNullException.ThrowIfNull(answer);
        if (answer.Length != requests.Length)
        {
            throw new ArgumentException($"Expected an answer of {requests.Length} rows, one a request, got {answer.Length}.", nameof(answer));
        }

        var asked = Requirements(service, timeColumn);
        asked.Check(requests.Schema, $"the serving log of feature service '{service.Name}'");
        var missing = service.FeatureNames.Where(n => answer.Schema.GetFieldIndex(n) < 0).Select(static n => new SchemaDifference(n, "to be there", null)).ToList();
        if (missing.Count > 0)
        {
            throw new SchemaMismatchException($"the serving log of feature service '{service.Name}'", [.. missing]);
        }

        var digests = new StringArray.Builder();
        var digest = service.Digest.ToString();
        for (var row = 0; row < requests.Length; row++)
        {
            digests.Append(digest);
        }

        var fields = asked.Names.Select(requests.Schema.GetFieldByName).Append(new Field(Digest, StringType.Default, nullable: false)).Concat(service.FeatureNames.Select(answer.Schema.GetFieldByName));
        var columns = asked.Names.Select(n => SharedArray.Of(requests.Column(n))).Append(digests.Build()).Concat(service.FeatureNames.Select(n => SharedArray.Of(answer.Column(n))));
        return new RecordBatch(new Schema([.. fields], new FeatureFields(service).Metadata()), [.. columns], requests.Length);
    }

    /// <summary>Puts an answer beside its requests, and the moments of the reads in a column of its own.</summary>
    /// <param name="answer">Of <see cref="Online.OnlineFeatures"/> or <see cref="Online.Stores.OnlineReader"/>. Borrowed.</param>
    /// <returns>A batch that the caller disposes; it shares the answer's memory. The moments are the column <see cref="ReadAt"/>.</returns>
    public static RecordBatch Of(OnlineAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var asked = answer.Requests;
        var fields = asked.Schema.FieldsList.Where(static f => f.Name != ReadAt).Append(new Field(ReadAt, TimeColumn.Type, nullable: true));
        long[] moments = [.. Enumerable.Range(0, asked.Length).Select(row => answer.At(row) is { } at ? FeatureTime.Microseconds(at) : FeatureTime.Never)];
        using var requests = new RecordBatch(new Schema([.. fields], null), [.. asked.Schema.FieldsList.Where(static f => f.Name != ReadAt).Select(f => SharedArray.Of(asked.Column(f.Name))), TimeColumn.Of(moments)], asked.Length);
        return Of(answer.Service, requests, ReadAt, answer.Values);
    }

    /// <summary>Gives the columns that asking again needs.</summary>
    internal static ColumnRequirements Requirements(FeatureService service, string timeColumn)
    {
        var required = new ColumnRequirements();
        required.Time(timeColumn);
        foreach (var view in service.Views)
        {
            required.Keys(view.View.Entity);
        }

        required.Numbers(service.RequestInputs);

        return required;
    }
}
