"""A matplotlib renderer that writes down what artists draw, as marks, instead of painting it.

Whatever an artist draws with lines, areas, markers, text (mathematics too) and images comes as numbers. What has no
mark (Gouraud shading, filters) is painted by Agg, and its pixels become an image: every picture is right.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba_array
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox
from numpy.typing import NDArray

from dlcourse.experiments.glyphs import FONT_SIZE, Glyphs, extent
from dlcourse.experiments.images import equal_cells, small_image
from dlcourse.experiments.lines import ends_of, straight_lines, stretch_of
from dlcourse.experiments.marks import UNIT, Mark, Outline, hex_of, image, outline_of, positions

DASHES = 4  # where their lengths stand in a mark's stroke


class CannotBeWritten(Exception):
    """An artist asks for something that has no mark."""


class Recorder(RendererBase):
    """Writes marks. ``agg``, a renderer of the same size and resolution, measures text and paints what has no mark."""

    def __init__(self, agg: RendererAgg, glyphs: Glyphs) -> None:
        super().__init__()
        self.agg, self.glyphs = agg, glyphs
        self.width, self.height, self.dpi = int(agg.width), int(agg.height), agg.dpi
        self._flip = Affine2D().scale(1, -1).translate(0, self.height)
        self._marks: list[Mark] = []

    def record(self, artist: Artist) -> list[Mark]:
        """The marks of one artist, in the order in which it draws them."""
        self._marks = []
        self._raster_depth = 0  # matplotlib's own count, which is wrong after a rasterized artist was given up
        cells = small_image(artist)
        if cells is not None:
            self._take_image(artist, *cells)
            return self._marks
        try:
            artist.draw(self)
        except (CannotBeWritten, NotImplementedError):
            self._marks = self._painted(artist)
        return self._marks

    # What matplotlib asks of a renderer -------------------------------------------------------------------------

    def get_canvas_width_height(self) -> tuple[float, float]:
        """In device pixels."""
        return self.width, self.height

    def points_to_pixels(self, points: Any) -> Any:
        """Device pixels."""
        return self.agg.points_to_pixels(points)

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> tuple[float, float, float]:
        """Of the outlines that are drawn; Agg's letters are fitted to its pixels, and up to three per cent narrower."""
        return extent(s, prop, ismath, self.dpi)

    def option_image_nocomposite(self) -> bool:
        """Images stay apart."""
        return True

    def start_filter(self) -> None:
        """Filters work on pixels."""
        raise CannotBeWritten

    start_rasterizing = start_filter

    def draw_path(self, gc: Any, path: Path, transform: Any, rgbFace: Any = None) -> None:
        """Appends a path; to the mark before where that has the same look."""
        hatch = self._hatch(gc)
        exact = self._cleaned(gc, path, transform, filled=rgbFace is not None or hatch is not None)
        if not len(exact.vertices):
            return
        outline = outline_of(exact.vertices, exact.codes)
        look = self._look(gc, rgbFace)
        if len(look.get("stroke", ())) > DASHES:
            stretch = stretch_of(exact.vertices, exact.codes, outline.vertices / UNIT)
            look["stroke"][DASHES] = [length * stretch for length in look["stroke"][DASHES]]
        if hatch is not None:
            look["hatch"] = hatch
        before = self._marks[-1] if self._marks else None
        clip = self._clip_outline(gc)
        if before is not None and before.kind == "path" and clip is before.clip_outline is None and before.look == look:
            before.outlines.append(outline)
        else:
            self._marks.append(Mark("path", look, [outline], clip_outline=clip))

    def draw_markers(
        self, gc: Any, marker_path: Path, marker_trans: Any, path: Path, trans: Any, rgbFace: Any = None
    ) -> None:
        """One shape at many points, each taken to the middle of a pixel as Agg does."""
        snap = gc.get_snap()
        turned = marker_trans + Affine2D().scale(1, -1)
        shape: Any = marker_path.cleaned(
            turned, remove_nans=True, curves=True, stroke_width=self.points_to_pixels(gc.get_linewidth()), snap=snap
        )
        loose: Any = marker_path.cleaned(turned, remove_nans=True, curves=True) if snap is None else None
        snapped = bool(snap) if loose is None else not np.array_equal(loose.vertices, shape.vertices)
        vertices = shape.vertices if snapped else shape.vertices + 0.5
        points = np.asarray((trans + self._flip).transform(path.vertices), dtype=float)
        points = points[np.isfinite(points).all(axis=1)]
        near = (np.abs(points - (self.width / 2, self.height / 2)) < (self.width, self.height)).all(axis=1)
        points = np.floor(points[near] + 0.5)
        if len(points):
            outline = outline_of(vertices, shape.codes)
            clip = self._clip_outline(gc)
            self._marks.append(
                Mark("markers", self._look(gc, rgbFace), [outline], positions(points), clip_outline=clip)
            )

    def draw_path_collection(
        self, gc: Any, master_transform: Any, paths: Any, all_transforms: Any, offsets: Any, offset_trans: Any,
        facecolors: Any, edgecolors: Any, linewidths: Any, linestyles: Any, *rest: Any, **more: Any,
    ) -> None:  # fmt: skip
        """Many straight lines as one mark; other paths one by one."""
        plain = not (len(facecolors) or len(all_transforms) or gc.get_hatch() or gc.get_sketch_params())
        plain = plain and len(edgecolors) > 0 and len(linewidths) > 0 and gc.get_clip_path()[0] is None
        plain = plain and gc.get_snap() is None and all(dashes is None for _, dashes in linestyles)
        ends = ends_of(paths, offset_trans.transform(offsets)) if plain else None
        if ends is not None:
            ends = (master_transform + self._flip).transform(ends.reshape(-1, 2)).reshape(-1, 2, 2)
        if ends is None or np.abs(ends).max() * UNIT > np.iinfo(np.int16).max:
            super().draw_path_collection(
                gc, master_transform, paths, all_transforms, offsets, offset_trans, facecolors, edgecolors,
                linewidths, linestyles, *rest, **more,
            )  # fmt: skip
            return
        colours = np.resize(to_rgba_array(edgecolors), (len(ends), 4))
        widths = np.resize(self.points_to_pixels(np.asarray(linewidths, dtype=float)), len(ends))
        look = {"cap": str(gc.get_capstyle()), **self._clip(gc)}
        self._marks.append(straight_lines(ends, colours, widths, look))

    def draw_quad_mesh(
        self, gc: Any, master_transform: Any, mesh_width: int, mesh_height: int, coordinates: Any, offsets: Any,
        offset_trans: Any, facecolors: Any, antialiased: Any, edgecolors: Any,
    ) -> None:  # fmt: skip
        """Cells of equal size as a small image; other meshes cell by cell."""
        corners = np.asarray((master_transform + self._flip).transform(coordinates.reshape(-1, 2)))
        corners = corners.reshape(mesh_height + 1, mesh_width + 1, 2)
        regular = equal_cells(corners) and len(facecolors) == mesh_width * mesh_height and not np.any(offsets)
        if not regular:
            super().draw_quad_mesh(
                gc, master_transform, mesh_width, mesh_height, coordinates, offsets, offset_trans, facecolors,
                antialiased, edgecolors,
            )  # fmt: skip
            return
        colours = np.rint(np.asarray(facecolors) * 255).astype(np.uint8).reshape(mesh_height, mesh_width, 4)
        self._append_image(gc, colours, (*corners[0, 0], *corners[-1, -1]))

    def draw_image(self, gc: Any, x: float, y: float, im: Any, transform: Any = None) -> None:
        """An image that was made for this screen, pixel by pixel."""
        if transform is not None:
            raise CannotBeWritten
        rows, columns = im.shape[:2]
        top = self.height - y - rows
        self._append_image(gc, np.ascontiguousarray(im[::-1]), (x, top, x + columns, top + rows))

    def draw_text(
        self, gc: Any, x: float, y: float, s: str, prop: Any, angle: float, ismath: Any = False, mtext: Any = None
    ) -> None:
        """Text as the outlines of its glyphs."""
        glyphs, bars = self.glyphs.placed(s, prop, mathematics=bool(ismath))
        size = self.points_to_pixels(prop.get_size_in_points())
        unit = size / FONT_SIZE
        fours = np.empty((len(glyphs), 4))
        for place, (number, right, up, relative) in enumerate(glyphs):
            fours[place] = number, 1000 * relative, right * unit * UNIT, up * unit * UNIT
        origin = [round(float(x) * UNIT), round(float(y) * UNIT)]
        look = {"fill": hex_of(gc.get_rgb()), "size": round(size * UNIT), "origin": origin, **self._clip(gc)}
        if angle:
            look["angle"] = float(angle)
        self._marks.append(Mark("glyphs", look, at=np.rint(fours).astype(np.int16)))
        turn = Affine2D().scale(unit).rotate_deg(angle).translate(x, self.height - y)
        for vertices, codes in bars:
            context = self.new_gc()
            context.copy_properties(gc)
            context.set_linewidth(0)
            self.draw_path(context, Path(vertices, codes), turn, gc.get_rgb())

    def draw_tex(self, gc: Any, x: float, y: float, s: str, prop: Any, angle: float, *, mtext: Any = None) -> None:
        """LaTeX is not used in the course."""
        raise CannotBeWritten

    # Parts ------------------------------------------------------------------------------------------------------

    def _cleaned(self, gc: Any, path: Path, transform: Any, *, filled: bool) -> Any:
        """The path in device pixels, y downwards, as Agg would paint it."""
        clip = None if filled else (-1.0, -1.0, self.width + 1.0, self.height + 1.0)
        cleaned: Any = path.cleaned(
            transform + self._flip,
            remove_nans=True,
            clip=clip,
            simplify=bool(path.should_simplify and not filled),
            curves=True,
            stroke_width=self.points_to_pixels(gc.get_linewidth()),
            snap=gc.get_snap(),
            sketch=gc.get_sketch_params(),
        )
        if filled and len(cleaned.vertices) and np.abs(cleaned.vertices).max() * UNIT > np.iinfo(np.int16).max:
            near = Bbox.from_extents(-self.width, -self.height, 2 * self.width, 2 * self.height)
            cleaned = path.transformed(transform + self._flip).clip_to_bbox(near)
        return cleaned

    def _look(self, gc: Any, face: Any) -> dict[str, Any]:
        """How a path is filled and stroked, and to which rectangle it is clipped."""
        look = self._clip(gc)
        if face is not None:
            alpha = gc.get_alpha() if gc.get_forced_alpha() or len(face) == 3 else face[3]
            if alpha > 0:
                look["fill"] = hex_of((*face[:3], alpha))
        width, colour = self.points_to_pixels(gc.get_linewidth()), gc.get_rgb()
        if width > 0 and (len(colour) == 3 or colour[3] > 0):
            stroke = [hex_of(colour), round(float(width), 3), str(gc.get_capstyle()), str(gc.get_joinstyle())]
            offset, dashes = gc.get_dashes()
            if dashes is not None:
                lengths = [round(float(self.points_to_pixels(length)), 5) for length in dashes]
                stroke += [lengths, round(float(self.points_to_pixels(offset or 0.0)), 3)]
            look["stroke"] = stroke
        return look

    def _clip(self, gc: Any) -> dict[str, Any]:
        rectangle = gc.get_clip_rectangle()
        if rectangle is None:
            return {}
        left, lower, right, upper = rectangle.extents
        # Agg clips to whole pixels, from the one that holds an edge's rounded place to the other.
        box = [math.floor(left + 0.5), self.height - math.floor(upper + 0.5)]
        box += [math.floor(right + 0.5), self.height - math.floor(lower + 0.5)]
        return {"clip": box}

    def _clip_outline(self, gc: Any) -> Outline | None:
        path, transform = gc.get_clip_path()
        if path is None:
            return None
        cleaned: Any = path.cleaned(transform + self._flip, remove_nans=True, curves=True)
        return outline_of(cleaned.vertices, cleaned.codes)

    def _hatch(self, gc: Any) -> list[Any] | None:
        """The tile that repeats in a hatched area: its number, its size, and the colour and width of its lines."""
        if not gc.get_hatch():
            return None
        tile = self.glyphs.tile(gc.get_hatch(), gc.get_hatch_path())
        width = self.points_to_pixels(gc.get_hatch_linewidth())
        return [tile, int(self.dpi), hex_of(gc.get_hatch_color()), round(float(width), 3)]

    def _append_image(self, gc: Any, colours: NDArray[np.uint8], box: Sequence[float], **more: Any) -> None:
        """An image (rows, columns, 4) in a box (left, top, right, bottom); edges in the other order mirror it."""
        left, top, right, bottom = box
        if left > right:
            colours, left, right = colours[:, ::-1], right, left
        if top > bottom:
            colours, top, bottom = colours[::-1], bottom, top
        alpha = gc.get_alpha() if gc is not None else None
        if alpha is not None and alpha != 1:
            colours = colours.copy()
            colours[:, :, 3] = np.rint(colours[:, :, 3] * alpha)
        look: dict[str, Any] = {
            "box": [round(float(edge), 3) for edge in (left, top, right, bottom)],
            **(self._clip(gc) if gc is not None else {}),
            **more,
        }
        self._marks.append(image(look, colours))

    def _take_image(self, artist: Any, colours: NDArray[np.uint8], corners: Any, more: dict[str, Any]) -> None:
        """An image artist's own cells, as `small_image` gives them."""
        if not artist.get_visible():
            return
        (x0, y0), (x1, y1) = self._flip.transform(corners)
        context = GraphicsContextBase()
        if artist.get_alpha() is not None:
            context.set_alpha(artist.get_alpha())
        if artist.get_clip_on():
            context.set_clip_rectangle(artist.get_clip_box())
        self._append_image(context, colours, (x0, y0, x1, y1), **more)

    def _painted(self, artist: Artist) -> list[Mark]:
        """The artist's pixels, as Agg paints them, cut to their box."""
        self.agg.clear()
        artist.draw(self.agg)
        pixels = np.asarray(self.agg.buffer_rgba())
        rows, columns = np.flatnonzero(pixels[:, :, 3].any(axis=1)), np.flatnonzero(pixels[:, :, 3].any(axis=0))
        if not rows.size:
            return []
        top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
        self._marks = []
        self._append_image(None, pixels[top:bottom, left:right].copy(), (left, top, right, bottom))
        return self._marks
