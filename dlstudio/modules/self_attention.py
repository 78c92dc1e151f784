"""Self-attention."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def rotate_by_position(x: Tensor) -> Tensor:
    """Turn each pair of features by an angle that grows with the position on the axis before the last."""
    half = x.shape[-1] // 2
    dtype = torch.promote_types(x.dtype, torch.float32)
    speed = 10000.0 ** (-torch.arange(half, dtype=dtype, device=x.device) / half)
    angle = torch.arange(x.shape[-2], dtype=dtype, device=x.device).unsqueeze(1) * speed
    first, second = x.to(dtype).chunk(2, -1)
    turned = first * angle.cos() - second * angle.sin(), first * angle.sin() + second * angle.cos()
    return torch.cat(turned, -1).to(x.dtype)


class SelfAttention(nn.Module):
    """Lets every step of a sequence look at the others: softmax(Q Kᵀ / √d) V in each head (Vaswani et al. 2017).

    qkv makes queries, keys and values, out joins the heads: x (N, T, embed_dim) to the same shape. causal hides later
    steps. rotary turns queries and keys by their position (Su et al. 2021), so that only distances count; it has no
    parameters and takes any length. Starts as nn.MultiheadAttention does.
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        bias: bool = True,
        dropout: float = 0.0,
        causal: bool = False,
        rotary: bool = False,
    ) -> None:
        super().__init__()
        if embed_dim % num_heads:
            raise ValueError(f"{embed_dim} features do not split evenly into {num_heads} heads")
        if rotary and embed_dim // num_heads % 2:
            raise ValueError(f"rotary positions need an even head size, not {embed_dim // num_heads}")
        self.embed_dim = embed_dim
        self.num_heads = num_heads
        self.dropout = dropout
        self.causal = causal
        self.rotary = rotary
        self.qkv = nn.Linear(embed_dim, 3 * embed_dim, bias)
        self.out = nn.Linear(embed_dim, embed_dim, bias)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.xavier_uniform_(self.qkv.weight)
        self.out.reset_parameters()
        for linear in (self.qkv, self.out):
            if linear.bias is not None:
                nn.init.zeros_(linear.bias)

    def forward(self, x: Tensor) -> Tensor:
        heads = self.qkv(x).unflatten(-1, (3, self.num_heads, self.embed_dim // self.num_heads))
        query, key, value = heads.permute(2, 0, 3, 1, 4).unbind(0)
        if self.rotary:
            query, key = rotate_by_position(query), rotate_by_position(key)
        dropout = self.dropout if self.training else 0.0
        mixed = F.scaled_dot_product_attention(query, key, value, dropout_p=dropout, is_causal=self.causal)
        y: Tensor = self.out(mixed.transpose(1, 2).flatten(2))
        return y

    def extra_repr(self) -> str:
        return f"num_heads={self.num_heads}, dropout={self.dropout}, causal={self.causal}, rotary={self.rotary}"
