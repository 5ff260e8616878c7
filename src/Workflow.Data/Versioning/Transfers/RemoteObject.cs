using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>An object that a remote lists.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Length">In bytes.</param>
/// <param name="LastModified">When it came there.</param>
internal readonly record struct RemoteObject(ObjectId Id, long Length, DateTimeOffset LastModified);
