namespace Workflow.Numerics.Random;

/// <summary>Four 32-bit words: a counter that <see cref="Philox"/> takes, or the random words it gives. Immutable.</summary>
/// <param name="V0">The first, least significant word.</param>
/// <param name="V1">The second word.</param>
/// <param name="V2">The third word.</param>
/// <param name="V3">The fourth word.</param>
public readonly record struct PhiloxBlock(uint V0, uint V1, uint V2, uint V3);
