using System;
using NUnit.Framework;

namespace Cim.Vulkan.Models.Tests;

public sealed class CimGeometryTests
{
    [Test]
    public void One_visual_token_stands_for_one_patch()
    {
        var geometry = new CimGeometry(imageSize: 224, patchSize: 16, tokenizerImageSize: 112, tokenizerDownsampling: 8);
        Assert.That((geometry.GridSide, geometry.TokenCount), Is.EqualTo((14, 196)));
    }

    [TestCase(224, 16, 224, 8, "image 224 with patch 16 gives 14x14 tokens, but the tokenizer makes 28x28 of 224; use --tokenizer-image-size 112")]
    [TestCase(32, 4, 16, 4, "image 32 with patch 4 gives 8x8 tokens, but the tokenizer makes 4x4 of 16; use --tokenizer-image-size 32")]
    [TestCase(224, 16, 110, 8, "the tokenizer divides by 8, but its image 110 is not a multiple of that; use --tokenizer-image-size 112")]
    [TestCase(230, 16, 112, 8, "image 230 is not a multiple of patch 16; use --image-size 224")]
    [TestCase(224, 0, 112, 8, "all sizes must be at least 1, got image 224, patch 0, tokenizer image 112, tokenizer downsampling 8")]
    public void Sizes_that_do_not_fit_are_refused_with_the_size_that_would(int image, int patch, int tokenizerImage, int downsampling, string message) =>
        Assert.That(() => new CimGeometry(image, patch, tokenizerImage, downsampling), Throws.TypeOf<ArgumentException>().With.Message.EqualTo(message));
}
