namespace Cim.Vulkan.Graph;

/// <summary>A trained tensor: a name, a shape, a place in its set's buffers and the rule for its first values.</summary>
public sealed class Parameter
{
    internal Parameter(ParameterSet set, string name, Shape shape, Initializer initializer, bool isDecayed)
    {
        Set = set;
        Name = name;
        Shape = shape;
        Initializer = initializer;
        IsDecayed = isDecayed;
    }

    /// <summary>The set that owns the parameter.</summary>
    public ParameterSet Set { get; }

    /// <summary>The field's name, such as <c>blocks.0.attn.qkv.weight</c>.</summary>
    public string Name { get; }

    /// <summary>Axis lengths.</summary>
    public Shape Shape { get; }

    /// <summary>The rule for the first values.</summary>
    public Initializer Initializer { get; }

    /// <summary>Whether weight decay applies; by custom not to 1-d parameters, tokens and positions.</summary>
    public bool IsDecayed { get; }

    /// <summary>Byte offset in every buffer of the set.</summary>
    public long OffsetBytes { get; internal set; }

    /// <summary>Number of elements.</summary>
    public long Count => Shape.Count;

    /// <summary>Bytes that the values take.</summary>
    public long SizeBytes => Count * 4;

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Shape}";
}
