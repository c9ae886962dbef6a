"""Who might have written this review? Pure rules over a display name, a text and the office's recent visits."""
