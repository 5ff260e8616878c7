namespace Workflow.Data.Registry.Webhooks;

/// <summary>Sends one request, for example <c>factory.CreateClient("webhooks").SendAsync</c>.</summary>
/// <param name="request">Disposed by the caller after the answer.</param>
/// <param name="cancellationToken">Ends the attempt.</param>
/// <returns>The answer, which the caller disposes.</returns>
/// <remarks>Must not follow redirects: a listed host could lead to any other. Called by several deliveries at once.</remarks>
public delegate Task<HttpResponseMessage> WebhookSend(HttpRequestMessage request, CancellationToken cancellationToken);
