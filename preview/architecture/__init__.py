"""The architecture of a synthesized environment: one model, drawn as a page, SVG and Mermaid."""
