namespace Cim.Vulkan.Runtime;

/// <summary>A step that was handed to the device.</summary>
/// <param name="Value">Timeline value that the device reaches when the step is done.</param>
/// <param name="Slot">Which of the program's slots holds the step's inputs and metrics.</param>
public readonly record struct StepTicket(ulong Value, int Slot);
