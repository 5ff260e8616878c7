namespace Workflow.Data.Storage;

/// <summary>Opens the blob stores of one kind of address. A repository is given the ones that it may use; there is no scanning.</summary>
/// <remarks>Implementations are safe for concurrent use.</remarks>
public interface IBlobStoreProvider
{
    /// <summary>Gets the schemes of the addresses that it opens, for example <c>s3</c>. In lower case, never empty.</summary>
    IReadOnlyList<string> Schemes { get; }

    /// <summary>Opens a store. Asks nobody yet.</summary>
    /// <param name="address">Its scheme is one of <see cref="Schemes"/>.</param>
    /// <returns>The store; disposed by the caller when it is <see cref="IDisposable"/>.</returns>
    /// <exception cref="ArgumentException">The address or a setting is wrong or not supported: says all of it.</exception>
    IBlobStore Open(BlobStoreAddress address);
}
