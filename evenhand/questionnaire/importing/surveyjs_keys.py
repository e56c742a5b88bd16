"""Keys of SurveyJS elements: those that are read, and those that only say how something looks."""

# How something looks, or how the page behaves while typing: nothing of the questionnaire is lost without it.
LOOKS = frozenset(
    word
    for line in (
        "startWithNewLine width minWidth maxWidth indent rightIndent colCount titleLocation descriptionLocation",
        "hideNumber showNumber size rows cols autoGrow allowResize showSelectAllItem hasSelectAll selectAllText",
        "showClearButton choicesOrder rowsOrder displayMode alternateRows columnMinWidth columnWidth rowTitleWidth",
        "templateTitleLocation renderMode panelsState tabAlign showProgressBar progressBarLocation panelAddText",
        "panelRemoveText addRowText removeRowText addRowLocation placeholder placeHolder optionsCaption allowClear",
        "searchEnabled searchMode state innerIndent questionTitleLocation questionTitleWidth errorLocation",
        "useDisplayValuesInTitle itemSize swapOrder labelTrue labelFalse imageHeight imageWidth itemTitleWidth",
        "maxCharacterCounter rateType rateColorMode cellErrorLocation cellHeight showHeader verticalAlign",
        "transposeData detailPanelMode separateSpecialChoices commentPlaceholder commentText otherPlaceholder",
        "autocomplete dataList textUpdateMode renderAs page showQuestionNumbers questionStartIndex navigationTitle",
        "navigationDescription elementsOrder questionsOrder id",
    )
    for word in line.split()
)

# What the reading of elements looks at.
READ = frozenset(
    word
    for line in (
        "type name title description isRequired visibleIf requiredIf enableIf visible choices hasOther showOtherItem",
        "otherText hasNone showNoneItem noneText inputType min max maxLength step validators rateMin rateMax rateStep",
        "rateValues rateCount minRateDescription maxRateDescription valueTrue valueFalse columns rows items cellType",
        "templateElements templateTitle minPanelCount maxPanelCount panelCount minRowCount maxRowCount rowCount html",
        "isAllRowRequired eachRowRequired hasComment showCommentArea templateDescription requiredErrorText",
    )
    for word in line.split()
)
