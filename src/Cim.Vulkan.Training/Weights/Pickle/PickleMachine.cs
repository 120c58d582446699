namespace Cim.Vulkan.Training;

/// <summary>What a pickle may ask of the world around it; everything it gets is data.</summary>
internal interface IPickleWorld
{
    /// <summary>What a persistent id stands for.</summary>
    object? Persistent(object? id);

    /// <summary>What a call of a known name gives.</summary>
    object? Call(PickleGlobal function, object?[] arguments);

    /// <summary>Gives an object that was made its state.</summary>
    void Build(object? target, object? state);
}

/// <summary>
/// Reads pickles of protocols 0 to 5 as data. Nothing is imported, called or executed: a name outside a closed list ends the reading.
/// </summary>
internal sealed partial class PickleMachine
{
    private const int HighestProtocol = 5, MostMarks = 100_000, MostLongBytes = 255;

    private readonly PickleInput _input;
    private readonly MemoryBudget _budget;
    private readonly IPickleWorld _world;
    private readonly ChargedList _stack;
    private readonly PickleMemo _memo;
    private int[] _marks = new int[16];
    private int _markCount;

    private PickleMachine(PickleInput input, MemoryBudget budget, IPickleWorld world)
    {
        (_input, _budget, _world) = (input, budget, world);
        (_stack, _memo) = (new ChargedList(budget), new PickleMemo(budget));
    }

    /// <summary>Reads one pickle; the input then stands behind it.</summary>
    /// <exception cref="WeightsException">It is damaged, too large, or wants what it must not have.</exception>
    public static object? Read(PickleInput input, MemoryBudget budget, IPickleWorld world)
    {
        var machine = new PickleMachine(input, budget, world);
        while (true)
        {
            byte operation = input.Byte();
            if (operation == (byte)'.') return machine.Pop();
            if (!machine.Number(operation) && !machine.Text(operation) && !machine.Collection(operation) && !machine.Memo(operation) && !machine.Objects(operation))
                throw machine.Fault($"0x{operation:X2} is no operation of a pickle");
        }
    }

    private bool Number(byte operation)
    {
        switch (operation)
        {
            case (byte)'N': _stack.Add(null); break;
            case 0x88: _stack.Add(s_true); break;
            case 0x89: _stack.Add(s_false); break;
            case (byte)'K': PushInteger(_input.Byte()); break;
            case (byte)'M': PushInteger(_input.UInt16()); break;
            case (byte)'J': PushInteger(_input.Int32()); break;
            case (byte)'I': PushIntegerLine(); break;
            case (byte)'L': PushLongLine(); break;
            case 0x8A: PushLong(_input.Byte()); break;
            case 0x8B: PushLong(_input.UInt32()); break;
            case (byte)'G': PushDouble(_input.BigEndianDouble()); break;
            case (byte)'F': PushDoubleLine(); break;
            default: return false;
        }

        return true;
    }

    private bool Text(byte operation)
    {
        switch (operation)
        {
            case (byte)'S': _stack.Add(PickleText.Quoted(_input.Line()) ?? throw Fault("a text is not within quotes")); break;
            case (byte)'T': _stack.Add(_input.Text(_input.UInt32(), isUtf8: false)); break;
            case (byte)'U': _stack.Add(_input.Text(_input.Byte(), isUtf8: false)); break;
            case (byte)'V': _stack.Add(PickleText.Unescaped(_input.Line(), isUnicode: true)); break;
            case (byte)'X': _stack.Add(_input.Text(_input.UInt32())); break;
            case 0x8C: _stack.Add(_input.Text(_input.Byte())); break;
            case 0x8D: _stack.Add(_input.Text(_input.UInt64())); break;
            case (byte)'B': _stack.Add(_input.Bytes(_input.UInt32())); break;
            case (byte)'C': _stack.Add(_input.Bytes(_input.Byte())); break;
            case 0x8E: _stack.Add(_input.Bytes(_input.UInt64())); break;
            case 0x96: _stack.Add(_input.Bytes(_input.UInt64())); break;
            default: return false;
        }

        return true;
    }

    private bool Collection(byte operation)
    {
        switch (operation)
        {
            case (byte)'(': PushMark(); break;
            case (byte)'0': PopOrMark(); break;
            case (byte)'1': _stack.Truncate(PopMark()); break;
            case (byte)'2': _stack.Add(Top()); break;
            case (byte)')': PushTuple(0); break;
            case 0x85: PushTuple(1); break;
            case 0x86: PushTuple(2); break;
            case 0x87: PushTuple(3); break;
            case (byte)'t': PushTuple(_stack.Count - PopMark()); break;
            case (byte)']': case 0x8F: PushList(_stack.Count); break;
            case (byte)'l': case 0x91: PushList(PopMark()); break;
            case (byte)'}': PushDict(_stack.Count); break;
            case (byte)'d': PushDict(PopMark()); break;
            case (byte)'a': Append(_stack.Count - 1); break;
            case (byte)'e': case 0x90: Append(PopMark()); break;
            case (byte)'s': SetItems(_stack.Count - 2); break;
            case (byte)'u': SetItems(PopMark()); break;
            default: return false;
        }

        return true;
    }

    private bool Memo(byte operation)
    {
        switch (operation)
        {
            case (byte)'p': Put(LineNumber()); break;
            case (byte)'q': Put(_input.Byte()); break;
            case (byte)'r': Put(_input.UInt32()); break;
            case 0x94: Put(_memo.Count); break;
            case (byte)'g': Get(LineNumber()); break;
            case (byte)'h': Get(_input.Byte()); break;
            case (byte)'j': Get(_input.UInt32()); break;
            default: return false;
        }

        return true;
    }

    private bool Objects(byte operation)
    {
        switch (operation)
        {
            case 0x80: CheckProtocol(_input.Byte()); break;
            case 0x95: CheckFrame(_input.UInt64()); break;
            case (byte)'c': _stack.Add(Global(_input.Line(), _input.Line())); break;
            case 0x93: PushStackGlobal(); break;
            case (byte)'R': case 0x81: Reduce(); break;
            case 0x92: NewWithKeywords(); break;
            case (byte)'i': Instance(); break;
            case (byte)'o': InstanceOfMark(); break;
            case (byte)'b': Build(); break;
            case (byte)'Q': _stack.Add(_world.Persistent(Pop())); break;
            case (byte)'P': _stack.Add(_world.Persistent(_input.Line())); break;
            case 0x82: case 0x83: case 0x84: throw Refused("a class from Python's registry of extensions");
            case 0x97: case 0x98: throw Refused("a buffer outside of the file");
            default: return false;
        }

        return true;
    }
}
