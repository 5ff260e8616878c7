namespace Workflow.Features.Online.Stores;

/// <summary>Why a store did not do what was asked.</summary>
public enum OnlineStoreFault
{
    /// <summary>The store cannot be reached, or did not answer in time. May pass.</summary>
    Unreachable = 0,

    /// <summary>The table was written by another definition of its view, or with other column types.</summary>
    OtherDefinition = 1,

    /// <summary>Nothing was ever written into the table.</summary>
    NothingWritten = 2,

    /// <summary>The files of the store are damaged, or are of a newer version.</summary>
    Corrupt = 3,

    /// <summary>The definitions cannot be kept in this store together, or a value has no form there.</summary>
    Unsupported = 4,
}
