namespace Cim.Vulkan.Training;

/// <summary>Forms in which an encoder leaves.</summary>
public enum ExportFormat
{
    /// <summary>Weights under the names of timm and torchvision, to be loaded into a network that the other side builds.</summary>
    Safetensors,

    /// <summary>Weights and graph, to be run as it is.</summary>
    Onnx,
}

/// <summary>What a graph that leaves gives for a picture.</summary>
public enum ExportFeatures
{
    /// <summary>One vector, the mean over all places: what <c>cim probe</c> measures.</summary>
    Pooled,

    /// <summary>A transformer's tokens after the final norm, the class token first where there is one.</summary>
    Tokens,

    /// <summary>The last map, of a transformer its patch tokens in their places.</summary>
    Map,

    /// <summary>What the head of pre-training gives: logits of replaced tokens, or pixels.</summary>
    Head,
}

/// <summary>What is exported, and into what.</summary>
public sealed record ExportOptions
{
    /// <summary>A run's folder, a checkpoint's, or a file of weights.</summary>
    public required string Source { get; init; }

    /// <summary>The file to write.</summary>
    public required string Out { get; init; }

    /// <summary>The form; null for the one that the file's extension tells.</summary>
    public ExportFormat? Format { get; init; }

    /// <summary>What the graph gives; null for <see cref="ExportFeatures.Pooled"/>.</summary>
    public ExportFeatures? Features { get; init; }

    /// <summary>Whether the graph takes pictures in [0, 1] and normalises them itself.</summary>
    public bool Normalizes { get; init; }
}
