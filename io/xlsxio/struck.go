package xlsxio

import "keyroster/io/officeio"

// strike marks the styles that cross their text out. No value depends on it, so fonts that
// cannot be read are ignored, and no workbook is refused.
func strike(styles []numberStyle, data []byte) {
	r, err := newMetaReader(data, "styleSheet")
	if err != nil {
		return
	}
	var fonts []bool
	var cells []int
	err = r.members([]string{"fonts", "cellXfs"}, func(name string) error {
		var err error
		if name == "fonts" {
			fonts, err = list(r, "font", r.struckFont)
		} else {
			cells, err = list(r, "xf", r.cellFont)
		}
		return err
	})
	if err != nil || len(cells) != len(styles) {
		return
	}
	for i, font := range cells {
		styles[i].struck = font < len(fonts) && fonts[font]
	}
}

// struckFont reports whether a font crosses out.
func (r *metaReader) struckFont() (struck bool, err error) {
	err = r.each(func() error {
		if !r.is("strike") {
			return r.xml.Skip()
		}
		struck = true
		return r.attrs(func(a *officeio.Attr, text string) {
			if string(a.Name) == "val" {
				struck = officeio.Flag(text)
			}
		})
	})
	return struck, err
}

// cellFont reads the number of a cell style's font.
func (r *metaReader) cellFont() (font int, err error) {
	err = r.attrs(func(a *officeio.Attr, _ string) {
		if string(a.Name) == "fontId" {
			font, _ = officeio.ParseIndex(a.Value)
		}
	})
	return font, err
}
