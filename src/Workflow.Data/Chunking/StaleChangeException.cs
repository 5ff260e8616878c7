namespace Workflow.Data.Chunking;

/// <summary>A change was made for a state that is gone; it is made again from the newest. Never leaves the store's code.</summary>
internal sealed class StaleChangeException : Exception;
