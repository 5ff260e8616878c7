using System.Globalization;
using System.Text;
using System.Text.Json;
using Apache.Arrow;

namespace FlightDelays.Loop;

/// <summary>Scores one row over the Open Inference Protocol, as any client of the server would.</summary>
internal static class HttpScore
{
    /// <summary>Posts a row and reads the score back.</summary>
    /// <param name="client">Its base address is the server.</param>
    /// <param name="id">The request's id, by which a rollout routes it.</param>
    /// <param name="features">The row's features in the order of the model's inputs; NaN is missing and travels as null.</param>
    public static async Task<double> AskAsync(HttpClient client, string id, float[] features, CancellationToken cancellationToken)
    {
        var body = new StringBuilder("{\"id\":\"").Append(id).Append("\",\"inputs\":[{\"name\":\"features\",\"shape\":[1,").Append(features.Length).Append("],\"datatype\":\"FP32\",\"data\":[");
        for (var i = 0; i < features.Length; i++)
        {
            body.Append(i == 0 ? "" : ",").Append(float.IsNaN(features[i]) ? "null" : features[i].ToString("R", CultureInfo.InvariantCulture));
        }

        using var content = new StringContent(body.Append("]}]}").ToString(), Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(new Uri($"/v2/models/{Flights.FlightModel.Name}/infer", UriKind.Relative), content, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var document = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
        return document.RootElement.GetProperty("outputs")[0].GetProperty("data")[0].GetDouble();
    }

    /// <summary>Copies a row of float32 columns; nulls become NaN.</summary>
    public static float[] Row(RecordBatch batch, int row, IReadOnlyList<string> features) =>
        [.. features.Select(name => batch.Column(name) is FloatArray column && column.IsValid(row) ? column.Values[row] : float.NaN)];
}
