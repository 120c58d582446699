namespace Cim.Vulkan.Device;

/// <summary>One message of the validation layer.</summary>
/// <param name="IsError">True for an error, false for a warning.</param>
/// <param name="Id">The identifier of the rule, such as <c>VUID-vkCmdDispatch-groupCountX-00386</c>.</param>
/// <param name="Text">The whole message.</param>
public sealed record ValidationMessage(bool IsError, string Id, string Text)
{
    /// <summary>The message in one line, for logs.</summary>
    public override string ToString() => $"{(IsError ? "error" : "warning")} {Id}: {Text}";
}
