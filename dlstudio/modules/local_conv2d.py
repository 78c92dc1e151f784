"""Locally connected layer: a convolution whose weights are not shared."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def _local_conv_pair(size: int | tuple[int, int]) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else size


class LocalConv2d(nn.Module):
    """Gives every position of the image its own filters (DeepFace, Taigman et al. 2014).

    y[n, o, i, j] = bias[i, j, o] + Σ_{c,u,v} weight[i, j, o, c, u, v] · x[n, c, i·stride + u - padding, ...]

    weight is (H', W', out_channels, in_channels, kernel height, kernel width), so weight[i, j] is what nn.Conv2d
    would hold for the position (i, j); bias is (H', W', out_channels).
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        in_size: int | tuple[int, int],
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = (1, 1),
        padding: int | tuple[int, int] = (0, 0),
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.in_size = _local_conv_pair(in_size)
        self.kernel_size = _local_conv_pair(kernel_size)
        self.stride = _local_conv_pair(stride)
        self.padding = _local_conv_pair(padding)
        height, width = self._out_length(0), self._out_length(1)
        if height < 1 or width < 1:
            raise ValueError(f"a kernel of {self.kernel_size} does not fit into an image of {self.in_size}")
        self.out_size = (height, width)
        self.weight = nn.Parameter(torch.empty(height, width, out_channels, in_channels, *self.kernel_size))
        self.bias = nn.Parameter(torch.empty(height, width, out_channels)) if bias else None
        self.reset_parameters()

    def _out_length(self, axis: int) -> int:
        free = self.in_size[axis] + 2 * self.padding[axis] - self.kernel_size[axis]
        return free // self.stride[axis] + 1

    def reset_parameters(self) -> None:
        bound = 1 / math.sqrt(self.in_channels * math.prod(self.kernel_size))
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -bound, bound)

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[-2:] != self.in_size:
            raise ValueError(f"expected images of {self.in_size}, got {tuple(x.shape[-2:])}")
        patches = F.unfold(x, self.kernel_size, padding=self.padding, stride=self.stride).permute(2, 0, 1)
        kernels = self.weight.flatten(3).flatten(0, 1).transpose(1, 2)
        if self.bias is None:
            y = torch.bmm(patches, kernels)
        else:
            y = torch.baddbmm(self.bias.flatten(0, 1).unsqueeze(1), patches, kernels)
        return y.permute(1, 2, 0).reshape(x.shape[0], self.out_channels, *self.out_size)

    def extra_repr(self) -> str:
        return (
            f"{self.in_channels}, {self.out_channels}, in_size={self.in_size}, kernel_size={self.kernel_size}, "
            f"stride={self.stride}, padding={self.padding}, bias={self.bias is not None}"
        )
