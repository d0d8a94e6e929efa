"""Fitted networks as ONNX files."""

from tsrnn.onnx_export.export import export_onnx

__all__ = ["export_onnx"]
