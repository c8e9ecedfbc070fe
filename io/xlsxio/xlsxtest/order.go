package xlsxtest

import "strings"

// order has the children of elements in the sequence that ECMA-376, part 1 lays down: 18.3
// (worksheets), 18.2 (workbook), 18.8 (styles), 18.5 (tables), 18.7 (comments), 20.5 (drawings
// of sheets) and 21.2 (charts). Spreadsheets call a file with another order damaged.
var order = func() map[string][]string {
	lists := map[string]string{
		"worksheet": `sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios
			autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks
			printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags
			drawing legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts extLst`,
		"sheetPr":        "tabColor outlinePr pageSetUpPr",
		"sheetView":      "pane selection pivotSelection extLst",
		"c":              "f v is extLst",
		"dataValidation": "formula1 formula2",
		"headerFooter":   "oddHeader oddFooter evenHeader evenFooter firstHeader firstFooter",
		"workbook": `fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences
			definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing fileRecoveryPr
			webPublishObjects extLst`,
		"styleSheet":    "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst",
		"xf":            "alignment protection extLst",
		"border":        "start end left right top bottom diagonal vertical horizontal",
		"patternFill":   "fgColor bgColor",
		"dxf":           "font numFmt fill alignment border protection extLst",
		"table":         "autoFilter sortState tableColumns tableStyleInfo extLst",
		"comments":      "authors commentList extLst",
		"oneCellAnchor": "from ext sp grpSp graphicFrame cxnSp pic contentPart clientData",
		"twoCellAnchor": "from to sp grpSp graphicFrame cxnSp pic contentPart clientData",
		"chartSpace":    "date1904 lang roundedCorners style clrMapOvr pivotSource protection chart spPr txPr externalData printSettings userShapes extLst",
		"chart":         "title autoTitleDeleted pivotFmts view3D floor sideWall backWall plotArea legend plotVisOnly dispBlanksAs showDLblsOverMax extLst",
		"plotArea":      "layout barChart catAx valAx dTable spPr extLst",
		"barChart":      "barDir grouping varyColors ser dLbls gapWidth overlap serLines axId extLst",
		"ser":           "idx order tx spPr invertIfNegative pictureOptions dPt dLbls trendline errBars cat val shape extLst",
		"dPt":           "idx invertIfNegative marker bubble3D explosion spPr pictureOptions extLst",
		"dLbls": `dLbl delete numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent showBubbleSize separator
			showLeaderLines leaderLines extLst`,
		"strRef":   "f strCache extLst",
		"numRef":   "f numCache extLst",
		"strCache": "ptCount pt extLst",
		"numCache": "formatCode ptCount pt extLst",
		"scaling":  "logBase orientation max min extLst",
		"catAx": `axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark tickLblPos spPr txPr
			crossAx crosses crossesAt auto lblAlgn lblOffset tickLblSkip tickMarkSkip noMultiLvlLbl extLst`,
		"valAx": `axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark tickLblPos spPr txPr
			crossAx crosses crossesAt crossBetween majorUnit minorUnit dispUnits extLst`,
	}
	out := map[string][]string{}
	for parent, children := range lists {
		out[parent] = strings.Fields(children)
	}
	return out
}()

// elsewhere are elements of other markup that share a name with one above.
var elsewhere = map[string]bool{
	// A chart in a drawing only names its part.
	"graphicData/chart": true,
}
