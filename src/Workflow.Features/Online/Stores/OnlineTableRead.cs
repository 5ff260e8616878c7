using System.Collections.Immutable;
using Apache.Arrow;

namespace Workflow.Features.Online.Stores;

/// <summary>The features wanted of one table. Immutable.</summary>
/// <param name="Table">The table.</param>
/// <param name="Features">Their names, in the order wanted.</param>
/// <param name="Schema">Their fields, in the same order: the types that the values must have.</param>
public sealed record OnlineTableRead(OnlineTable Table, ImmutableArray<string> Features, Schema Schema);
